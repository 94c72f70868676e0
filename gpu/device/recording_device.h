// SPDX-License-Identifier: GPL-3.0-or-later
// How a device records: the calls of a step are written down, compared with those of the steps before, and
// what was recorded of such a step is started with the arguments that have changed. A training's step makes
// the same hundred calls each time, and only a few of them with other numbers.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "gpu/device/device.h"

namespace somnium::gpu
{

struct ProductCall
{
    MatrixProduct product;
    Rounding rounding = Rounding::Float32;
    friend bool operator==(const ProductCall &, const ProductCall &) = default;
};
struct CopyCall
{
    void *to = nullptr;
    const void *from = nullptr;
    std::size_t bytes = 0;
    friend bool operator==(const CopyCall &, const CopyCall &) = default;
};
struct ClearCall
{
    void *memory = nullptr;
    std::size_t bytes = 0;
    friend bool operator==(const ClearCall &, const ClearCall &) = default;
};
/// What may be recorded.
using Call = std::variant<AnyKernel, ProductCall, CopyCall, ClearCall>;

/// Calls that are started as one, on the compute lane, in their order.
class Recording
{
public:
    Recording() = default;
    Recording(const Recording &) = delete;
    Recording &operator=(const Recording &) = delete;
    virtual ~Recording() = default;

    /// From the next start on, call number `call` is this one: the same kernel on the same grid. False: the
    /// device refuses.
    [[nodiscard]] virtual bool change(std::size_t call, const AnyKernel &kernel) = 0;
    virtual void start() = 0;
};

class RecordingDevice : public Device
{
public:
    void copyWithin(Lane lane, void *to, const void *from, std::size_t bytes) final;
    void clear(Lane lane, void *memory, std::size_t bytes) final;
    void launch(Lane lane, const AnyKernel &kernel) final;
    void multiply(Lane lane, const MatrixProduct &product, Rounding rounding) final;
    void record(const std::function<void()> &work) final;

protected:
    /// Gives a call to the lane. None is empty: nothing to copy, no block, no element of a product.
    virtual void give(Lane lane, const Call &call) = 0;
    /// Of calls that have all been given before, one by one. Null: the device refuses.
    [[nodiscard]] virtual std::unique_ptr<Recording> makeRecording(const std::vector<Call> &calls) = 0;

    [[nodiscard]] bool isRecording() const { return m_isRecording; }
    /// For devices that go.
    void forgetRecordings() { m_steps.clear(); }

private:
    struct Step
    {
        std::vector<Call> calls; ///< with the arguments of the last time
        std::unique_ptr<Recording> recording;
    };
    void take(Lane lane, const Call &call);
    [[nodiscard]] std::vector<Call> callsOf(const std::function<void()> &work);
    void giveAll(const std::vector<Call> &calls);
    void run(std::vector<Call> calls);
    void runAgain(Step &step, const std::vector<Call> &calls);
    [[nodiscard]] static bool update(Step &step, const std::vector<Call> &calls);

    bool m_isRecording = false;
    bool m_canRecord = true;
    std::vector<Call> m_calls; ///< of what is being recorded
    std::deque<Step> m_steps;
};

} // namespace somnium::gpu
