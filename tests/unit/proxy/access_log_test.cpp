// The access log's file: what is submitted arrives, in order, in the file that the name means at the time.
#include "proxy/access_log.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/proxy/exchanges.h"

namespace sluice {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class AccessLogTest : public testing::Test {
 protected:
  AccessLogTest() {
    std::string name = (std::filesystem::temp_directory_path() / "sluice-log-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ / "access.log";
  }
  ~AccessLogTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<AccessLog> open() {
    auto log = AccessLog::open(path_.string());
    EXPECT_TRUE(log);
    return log ? std::move(*log) : nullptr;
  }

  std::filesystem::path folder_, path_;
};

TEST_F(AccessLogTest, Submitted_IsWrittenInOrderBeforeTheLogEnds) {
  auto log = open();
  for (int i = 0; i < 100; ++i) log->submit(std::to_string(i) + "\n", 1);
  log.reset();
  std::string expected;
  for (int i = 0; i < 100; ++i) expected += std::to_string(i) + "\n";
  EXPECT_EQ(text_of(path_), expected);
}

TEST_F(AccessLogTest, ExistingFile_IsAppendedTo) {
  std::ofstream(path_) << "old\n";
  open()->submit("new\n", 1);
  EXPECT_EQ(text_of(path_), "old\nnew\n");
}

TEST_F(AccessLogTest, Reopened_GoesOnInAFileOfTheOldName) {
  auto log = open();
  log->submit("before\n", 1);
  std::filesystem::rename(path_, folder_ / "access.log.1");
  log->reopen();
  log.reset();
  EXPECT_EQ(text_of(folder_ / "access.log.1"), "before\n");
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(AccessLogTest, FolderThatIsMissing_SaysWhichFileAndWhy) {
  const auto log = AccessLog::open((folder_ / "none" / "access.log").string());
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().find((folder_ / "none" / "access.log").string()), std::string::npos);
  EXPECT_NE(log.error().find("No such file or directory"), std::string::npos);
}

TEST_F(AccessLogTest, MoreThanTheQueueHolds_IsDroppedAndCounted) {
  auto log = open();
  log->submit(std::string(17 * 1024 * 1024, 'x'), 1234);
  EXPECT_EQ(log->dropped(), 1234u);
  log.reset();
  EXPECT_EQ(text_of(path_), "");
}

TEST_F(AccessLogTest, DiskThatIsFull_IsCounted) {
  auto opened = AccessLog::open("/dev/full");
  ASSERT_TRUE(opened);
  (*opened)->submit("a\nb\nc\n", 3);
  const auto end = Clock::now() + std::chrono::seconds(10);
  while ((*opened)->dropped() == 0 && Clock::now() < end) std::this_thread::yield();
  EXPECT_EQ((*opened)->dropped(), 3u);
}

TEST_F(AccessLogTest, WorkersBuffer_HandsOverWhatItHasWhenFlushed) {
  RoutedExchange routed("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  auto log = open();
  {
    AccessLogBuffer buffer(*log);
    buffer.flush();
    for (int i = 0; i < 500; ++i) buffer.append(routed.exchange);
  }
  log.reset();
  const auto text = text_of(path_);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 500);
}

}  // namespace
}  // namespace sluice
