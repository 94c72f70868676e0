// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the good files of tests/robust into one folder for each reader: the fuzzer's first inputs.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>

#include "tests/robust/good_files.h"

int main(int count, char **arguments)
{
    const std::span given(arguments, static_cast<std::size_t>(count));
    if (given.size() != 2)
    {
        std::fputs("usage: write_corpus FOLDER\n", stderr);
        return 2;
    }
    for (const somnium::test::GoodFile &file : somnium::test::goodFiles())
    {
        if (file.reader.empty())
            continue;
        const auto folder = std::filesystem::path(given[1]) / file.reader;
        std::filesystem::create_directories(folder);
        std::ofstream out(folder / file.name, std::ios::binary);
        out.write(reinterpret_cast<const char *>(file.bytes.data()), // NOLINT: bytes as chars
                  static_cast<std::streamsize>(file.bytes.size()));
    }
    return 0;
}
