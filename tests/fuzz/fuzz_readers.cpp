// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer's entry to one of the readers of tests/robust, named by SOMNIUM_FUZZ_READER.
#include <cstdint>
#include <cstdlib>

#include "core/base/check.h"
#include "tests/robust/byte_readers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const char *const name = std::getenv("SOMNIUM_FUZZ_READER"); // NOLINT(concurrency-mt-unsafe)
    CHECK(name != nullptr);
    static const somnium::test::ByteReader &reader = somnium::test::byteReader(name);
    reader.read(std::as_bytes(std::span(data, size)));
    return 0;
}
