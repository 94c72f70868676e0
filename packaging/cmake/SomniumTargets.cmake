# SPDX-License-Identifier: GPL-3.0-or-later
# somnium_library(base SOURCES a.cpp LINKS x y): the static library somnium_base, alias somnium::base.
# Only what its folder may use is linked; PRIVATE_LINKS are libraries that its headers do not show. LOADED: it also
# becomes part of libraries that are loaded at run time (gpu/), so its code must not mind where it lies.
function(somnium_library name)
    cmake_parse_arguments(ARG "LOADED" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
    if(ARG_SOURCES)
        add_library(somnium_${name} STATIC ${ARG_SOURCES})
        target_link_libraries(somnium_${name} PUBLIC somnium_options ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
        if(ARG_LOADED) # at no cost: nobody replaces single functions of it
            set_target_properties(somnium_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
            target_compile_options(somnium_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang>:-fno-semantic-interposition>)
        endif()
    else()
        add_library(somnium_${name} INTERFACE)
        target_link_libraries(somnium_${name} INTERFACE somnium_options ${ARG_LINKS})
    endif()
    add_library(somnium::${name} ALIAS somnium_${name})
endfunction()

# somnium_test(core_base SOURCES a_test.cpp LINKS somnium::base LABELS fast): the program test_core_base, each of
# whose tests ctest runs by its own name.
function(somnium_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS;ENVIRONMENT" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300) # a test that hangs; the longest takes 41 s under the sanitizers, 82 s on a busy machine
    endif()
    add_executable(test_${name} ${ARG_SOURCES})
    target_link_libraries(test_${name} PRIVATE somnium_options ${ARG_LINKS} GTest::gmock GTest::gtest_main)
    gtest_discover_tests(test_${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 300 NO_PRETTY_VALUES
        PROPERTIES TIMEOUT ${ARG_TIMEOUT})
    # gtest_discover_tests flattens a list of labels, so they are set on the tests that it found.
    set(labels_file "${CMAKE_CURRENT_BINARY_DIR}/test_${name}_labels.cmake")
    file(WRITE "${labels_file}" "if(test_${name}_TESTS)\n  set_tests_properties(\${test_${name}_TESTS} PROPERTIES "
        "LABELS \"${ARG_LABELS}\"")
    if(ARG_ENVIRONMENT)
        file(APPEND "${labels_file}" " ENVIRONMENT \"${ARG_ENVIRONMENT}\"")
    endif()
    file(APPEND "${labels_file}" ")\nendif()\n")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${labels_file}")
endfunction()
