# SPDX-License-Identifier: GPL-3.0-or-later
# One interface target carries language level, warnings, sanitizers and Qt macros to every target of ours.
add_library(somnium_options INTERFACE)
target_compile_features(somnium_options INTERFACE cxx_std_20)
target_include_directories(somnium_options INTERFACE "${CMAKE_SOURCE_DIR}")
set(warnings -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    -Wold-style-cast)
target_compile_options(somnium_options INTERFACE "$<$<COMPILE_LANGUAGE:C,CXX>:${warnings}>")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 raises a false alarm inside std::string at -O2.
    target_compile_options(somnium_options INTERFACE $<$<COMPILE_LANGUAGE:C,CXX>:-Wno-restrict>)
endif()
target_compile_definitions(somnium_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_KEYWORDS QT_NO_FOREACH QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
    $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(SOMNIUM_SANITIZE)
    target_compile_options(somnium_options INTERFACE
        -fsanitize=${SOMNIUM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(somnium_options INTERFACE -fsanitize=${SOMNIUM_SANITIZE})
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
