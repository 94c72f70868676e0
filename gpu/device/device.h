// SPDX-License-Identifier: GPL-3.0-or-later
// What the twin needs of a device: memory, copies, kernels, products of matrices, in two lanes. CUDA is one
// (cuda/), the processor another (emulated/), on which every kernel runs in the tests. No CUDA type occurs
// here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "gpu/kernels/any_kernel.h"

namespace somnium::gpu
{

/// Work that is given to a lane is done in the order in which it was given, after the call has returned. The
/// two lanes run at the same time.
enum class Lane : std::uint8_t
{
    Compute,
    Copy, ///< brings what Compute needs next
};

struct DeviceInfo
{
    std::string name;         ///< "NVIDIA H200"
    std::string architecture; ///< "sm_90"
    std::size_t memoryBytes = 0;
    std::size_t sharedBytes = 0; ///< that one block may use
    unsigned processors = 0;
    /// Floating-point operations that one launch should take at most, roughly: a GPU that shows a screen ends
    /// what takes longer than about two seconds, and is lost to us then. So few that one of 10^12 a second
    /// needs a tenth of a second at its best, half of one at its worst.
    double operationsPerLaunch = 1e11;
};

/// C[m x n] = alpha op(A) op(B) + beta C, all row-major on the device. Rows of A have `aStride` floats, and
/// so on.
struct MatrixProduct
{
    std::size_t m = 0;
    std::size_t n = 0;
    std::size_t k = 0;
    const float *a = nullptr;
    const float *b = nullptr;
    float *c = nullptr;
    std::size_t aStride = 0;
    std::size_t bStride = 0;
    std::size_t cStride = 0;
    bool transposeA = false; ///< A is stored [k x m]
    bool transposeB = false; ///< B is stored [n x k]
    float alpha = 1.0F;
    float beta = 0.0F;

    friend bool operator==(const MatrixProduct &, const MatrixProduct &) = default;
};

/// As compute::ProductPrecision.
enum class Rounding : std::uint8_t
{
    Float32,
    Tf32,
    Bfloat16,
};

/// All calls but the const ones throw DeviceError. One thread at a time.
class Device
{
public:
    Device() = default;
    Device(const Device &) = delete;
    Device &operator=(const Device &) = delete;
    virtual ~Device() = default;

    [[nodiscard]] virtual const DeviceInfo &info() const = 0;
    /// Bytes that could be allocated now.
    [[nodiscard]] virtual std::size_t freeBytes() = 0;

    /// Uninitialised, aligned to 256 bytes; not null even for 0 bytes.
    [[nodiscard]] virtual void *allocate(std::size_t bytes) = 0;
    /// What is still in a lane is waited for.
    virtual void release(void *memory) noexcept = 0;
    /// Main memory that copies from and to fastest (page-locked).
    [[nodiscard]] virtual void *allocateHost(std::size_t bytes) = 0;
    virtual void releaseHost(void *memory) noexcept = 0;
    /// Page-locks main memory that others own. False: the system does not allow it; copies work all the same.
    [[nodiscard]] virtual bool lockHost(const void *memory, std::size_t bytes) = 0;
    virtual void unlockHost(const void *memory) noexcept = 0;

    /// `from` must stay as it is until the lane has done it.
    virtual void copyIn(Lane lane, void *to, const void *from, std::size_t bytes) = 0;
    /// `to` may be read after wait(lane).
    virtual void copyOut(Lane lane, void *to, const void *from, std::size_t bytes) = 0;
    virtual void copyWithin(Lane lane, void *to, const void *from, std::size_t bytes) = 0;
    virtual void clear(Lane lane, void *memory, std::size_t bytes) = 0;
    virtual void launch(Lane lane, const AnyKernel &kernel) = 0;
    /// `lane`: Compute.
    virtual void multiply(Lane lane, const MatrixProduct &product, Rounding rounding) = 0;

    /// Marks this place in a lane as mark `mark` (0 <= mark < kMarks); a mark that is set anew forgets the
    /// old place.
    static constexpr unsigned kMarks = 8;
    virtual void setMark(Lane lane, unsigned mark) = 0;
    /// What is given to `lane` from now on waits until mark `mark` (if it was ever set) is reached.
    virtual void waitForMark(Lane lane, unsigned mark) = 0;
    /// The calling thread waits for it.
    virtual void awaitMark(unsigned mark) = 0;
    /// Waits until a lane is empty.
    virtual void wait(Lane lane) = 0;

    /// Runs `work`, whose calls launch, multiply, copyWithin and clear on the compute lane are given to it
    /// when all have been made; where the same calls were given before, but for the arguments of kernels,
    /// they may be started as one. It makes no others that give work to a lane.
    virtual void record(const std::function<void()> &work) = 0;
};

} // namespace somnium::gpu
