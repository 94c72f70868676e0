// SPDX-License-Identifier: GPL-3.0-or-later
// Reads files of spectra that are made in memory.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/io/spectrum_reader.h"
#include "tests/core/io/spectrum_files.h"

namespace somnium::io
{

inline data::SourceOrigin originOf(const std::string &name)
{
    data::SourceOrigin origin;
    origin.file = name;
    return origin;
}

inline LoadedSpectra read(const std::string &bytes, const SpectrumReadOptions &options = {},
                          const std::string &name = "file")
{
    return readSpectra(bytesOf(bytes), originOf(name), options);
}

/// The only spectrum of a file without problems.
inline LoadedSpectrum only(const std::string &bytes, const SpectrumReadOptions &options = {})
{
    const LoadedSpectra file = read(bytes, options);
    for (const auto &problem : file.problems)
        ADD_FAILURE() << toString(problem);
    EXPECT_EQ(file.spectra.size(), 1U);
    return file.spectra.empty() ? LoadedSpectrum{} : file.spectra.front();
}

/// The words of the only problem of a file without spectra.
inline std::string onlyProblem(const std::string &bytes, const SpectrumReadOptions &options = {})
{
    const LoadedSpectra file = read(bytes, options);
    EXPECT_TRUE(file.spectra.empty());
    EXPECT_EQ(file.problems.size(), 1U);
    return file.problems.empty() ? "" : toString(file.problems.front());
}

inline std::vector<float> floats(const std::vector<double> &values)
{
    return {values.begin(), values.end()};
}

} // namespace somnium::io
