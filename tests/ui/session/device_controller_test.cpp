// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/device_controller.h"

#include <memory>
#include <string>
#include <vector>

#include <QSettings>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include "tests/ui/support/idle_backend.h"
#include "ui/jobs/job_runner.h"

namespace somnium::ui
{
namespace
{

constexpr int kWaitMs = 20000;
const auto kKey = QStringLiteral("device");

/// "cpu" and "cuda:0" can be had, "cuda:1" cannot.
DeviceSource fakeDevices(std::string asked = {})
{
    DeviceSource source;
    source.asked = std::move(asked);
    source.list = [] {
        return std::vector<compute::DeviceChoice>{{"cpu", "Toy processor", "2 threads", true, ""},
                                                  {"cuda:0", "Toy GPU", "sm_00, 2.0 GiB", true, ""},
                                                  {"cuda:1", "Old GPU", "sm_10", false, "it is too old"}};
    };
    source.make = [](const std::string &id) -> Result<compute::ChosenBackend> {
        if (id == "cuda:1")
            return failure(ErrorKind::Unsupported, "device cuda:1: it is too old");
        auto made = test::idleBackend();
        made->reason = id;
        return made;
    };
    return source;
}

class DeviceControllerTest : public testing::Test
{
protected:
    DeviceControllerTest()
    {
        qunsetenv("SOMNIUM_BACKEND");
        QSettings().remove(kKey);
    }
    ~DeviceControllerTest() override
    {
        qunsetenv("SOMNIUM_BACKEND");
        QSettings().remove(kKey);
    }
    void start(const DeviceSource &source)
    {
        controller.reset();
        runner = std::make_unique<JobRunner>(firstDevice(source));
        controller = std::make_unique<DeviceController>(*runner, source);
        QSignalSpy chosen(runner.get(), &JobRunner::deviceChosen);
        EXPECT_TRUE(chosen.wait(kWaitMs));
    }

    std::unique_ptr<JobRunner> runner;
    std::unique_ptr<DeviceController> controller;
};

TEST_F(DeviceControllerTest, AChoiceCountsAtOnceAndAtTheNextStart)
{
    start(fakeDevices());
    EXPECT_EQ(controller->chosen(), QStringLiteral("auto"));
    EXPECT_EQ(runner->deviceReason(), QStringLiteral("auto"));
    QSignalSpy changed(controller.get(), &DeviceController::changed);
    controller->use(QStringLiteral("cuda:0"));
    ASSERT_TRUE(changed.wait(kWaitMs));
    EXPECT_EQ(controller->chosen(), QStringLiteral("cuda:0"));
    EXPECT_EQ(runner->deviceReason(), QStringLiteral("cuda:0"));
    start(fakeDevices());
    EXPECT_EQ(controller->chosen(), QStringLiteral("cuda:0"));
    EXPECT_EQ(runner->deviceReason(), QStringLiteral("cuda:0"));
    EXPECT_TRUE(controller->startedWith().isEmpty());
}

TEST_F(DeviceControllerTest, AChoiceThatFailsIsNotKept)
{
    start(fakeDevices());
    QSignalSpy troubled(controller.get(), &DeviceController::troubled);
    controller->use(QStringLiteral("cuda:1"));
    ASSERT_TRUE(troubled.wait(kWaitMs));
    const QString text = troubled.front().front().toString();
    EXPECT_TRUE(text.contains(QStringLiteral("it is too old"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("idle device"))) << text.toStdString();
    EXPECT_EQ(controller->chosen(), QStringLiteral("auto"));
    EXPECT_FALSE(QSettings().contains(kKey));
}

TEST_F(DeviceControllerTest, TheCommandLineAndTheEnvironmentCountMoreThanWhatWasKept)
{
    QSettings().setValue(kKey, QStringLiteral("cuda:0"));
    start(fakeDevices("cpu"));
    EXPECT_EQ(runner->deviceReason(), QStringLiteral("cpu"));
    EXPECT_EQ(controller->startedWith(), QStringLiteral("--device cpu"));
    qputenv("SOMNIUM_BACKEND", "cpu");
    start(fakeDevices());
    EXPECT_EQ(runner->deviceReason(), QStringLiteral("auto")) << "which the variable then decides";
    EXPECT_EQ(controller->startedWith(), QStringLiteral("SOMNIUM_BACKEND=cpu"));
    start(fakeDevices("cuda:0"));
    EXPECT_EQ(controller->startedWith(), QStringLiteral("--device cuda:0"));
    EXPECT_EQ(QSettings().value(kKey).toString(), QStringLiteral("cuda:0")) << "still kept";
}

TEST_F(DeviceControllerTest, AKeptDeviceThatIsGoneGivesWayAndTheReasonSaysSo)
{
    QSettings().setValue(kKey, QStringLiteral("cuda:1"));
    start(fakeDevices());
    EXPECT_EQ(runner->deviceReason(), QStringLiteral("auto; device cuda:1: it is too old"));
    EXPECT_EQ(controller->chosen(), QStringLiteral("cuda:1")) << "it may come back";
}

TEST_F(DeviceControllerTest, OneThatWasAskedForAndIsNotThereIsNoOther)
{
    start(fakeDevices("cuda:1"));
    EXPECT_EQ(runner->deviceName(), QStringLiteral("no compute device"));
    EXPECT_EQ(runner->deviceReason(), QStringLiteral("device cuda:1: it is too old"));
}

TEST_F(DeviceControllerTest, TheListArrives)
{
    start(fakeDevices());
    std::vector<compute::DeviceChoice> found;
    QObject::connect(controller.get(), &DeviceController::listed, controller.get(),
                     [&found](const std::vector<compute::DeviceChoice> &devices) { found = devices; });
    controller->list();
    ASSERT_TRUE(QTest::qWaitFor([&found] { return !found.empty(); }, kWaitMs));
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[2].reason, "it is too old");
}

} // namespace
} // namespace somnium::ui
