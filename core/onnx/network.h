// SPDX-License-Identifier: GPL-3.0-or-later
// A network out of an ONNX file, whoever trained it: one output as a function of one input, computed here in
// single precision. Immutable, cheap to copy, thread-safe.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/image.h"

namespace somnium::onnx
{

/// What a network has to be.
struct NetworkRequest
{
    std::string name;             ///< how messages call it: its file
    std::filesystem::path folder; ///< where weights lie that are not in the file itself; empty: nowhere
    std::string output;           ///< its name; empty: the first
    data::ImageShape row;         ///< of what is put in; vectors of n numbers: {1, 1, n}
    std::string rowMeaning;       ///< "a spectrum of the collection"
};

class Network
{
public:
    /// Reads and tries it. Malformed, Unsupported (an operation that is not computed here), NotFound (output)
    /// or Mismatch (shapes), all with the name, what was expected and found. Inputs may be [N, n], [N, 1, n],
    /// [N, channels, n], [N, rows, columns] or [N, channels, rows, columns]; N and others may be left open.
    [[nodiscard]] static Result<Network> create(std::span<const std::byte> bytes,
                                                const NetworkRequest &request);

    [[nodiscard]] std::size_t inputSize() const;  ///< numbers of a row
    [[nodiscard]] std::size_t outputSize() const; ///< numbers that come of it
    [[nodiscard]] const std::string &outputName() const;
    /// The numbers of an initializer; empty if there is none of that name.
    [[nodiscard]] std::span<const float> constant(std::string_view name) const;
    /// The file with all its weights inside.
    [[nodiscard]] const std::vector<std::byte> &bytes() const;

    /// [count][inputSize()] to [count][outputSize()], on the calling thread.
    [[nodiscard]] Result<std::vector<float>> run(std::span<const float> rows) const;

private:
    struct Parts;
    explicit Network(std::shared_ptr<const Parts> parts) : m_parts(std::move(parts)) {}
    std::shared_ptr<const Parts> m_parts;
};

/// All bytes of a file that may be a model. NotFound, Unreadable, Unsupported (more than 512 MB).
[[nodiscard]] Result<std::vector<std::byte>> readModelFile(const std::filesystem::path &path);

} // namespace somnium::onnx
