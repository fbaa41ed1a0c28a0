// Killed at any moment, the store has all that it said it had, and nothing half.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <random>

#include "control/store/sqlite_store.h"
#include "tests/unit/control/scratch_folder.h"
#include "tests/unit/control/store/allocations.h"
#include "tests/unit/control/store/open_store.h"

namespace sluice {
namespace {

constexpr std::uint64_t queued_at_once = 7;

// Each write has a revision, a rollout and two events, so that a half of one would show.
Write write_number(std::uint64_t number) {
  auto write = revision_write(number, number - 1);
  write.revision->diff.assign(3000, 'd');
  write.rollout = RolloutRecord{"r" + std::to_string(number), "shop", false, "{}"};
  write.events = event_write(2 * number - 1).events;
  write.events.push_back(event_write(2 * number).events[0]);
  return write;
}

// The child: writes for ever, and tells the number of each write that lasts.
[[noreturn]] void write_until_killed(const std::string& directory, int pipe) {
  OpenStore open(directory);
  auto number = open.stored.revisions.empty() ? 0 : open.stored.revisions.back().number;
  for (;;) {
    for (std::uint64_t i = 0; i < queued_at_once; ++i)
      open.store->write(write_number(++number), [number, pipe](auto answer) {
        if (!answer || ::write(pipe, &number, sizeof number) != sizeof number) _exit(1);
      });
    open.wait();
  }
}

// Kills the child when it has told so many numbers, whatever it is at; the last number that it told.
std::uint64_t last_told(const std::string& directory, std::size_t reports) {
  std::array<int, 2> ends;
  EXPECT_EQ(pipe(ends.data()), 0);
  const auto child = fork();
  if (child == 0) {
    close(ends[0]);
    write_until_killed(directory, ends[1]);
  }
  close(ends[1]);
  std::uint64_t number = 0, last = 0;
  for (std::size_t told = 0; read(ends[0], &number, sizeof number) == sizeof number; last = number)
    if (++told == reports) kill(child, SIGKILL);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child ended by itself";
  return last;
}

TEST(SqliteStore, KilledAtAnyMoment_HasAllThatItSaidAndNothingHalf) {
  ScratchFolder folder;
  std::mt19937_64 random(11);
  for (int round = 0; round < 25; ++round) {
    const auto told = last_told(folder.file(""), 1 + random() % 60);
    const auto stored = OpenStore(folder.file("")).stored;
    ASSERT_FALSE(stored.revisions.empty());
    const auto last = stored.revisions.back().number;
    ASSERT_GE(last, told);
    ASSERT_LE(last, told + 2 * queued_at_once) << "nothing that was never written";
    ASSERT_EQ(stored.revisions.size(), last) << "no gap";
    ASSERT_EQ(stored.rollouts.size(), last);
    ASSERT_EQ(stored.events.size(), 2 * last);
    ASSERT_EQ(stored.rollouts.back().id, "r" + std::to_string(last));
    ASSERT_EQ(stored.events.back().number, 2 * last);
  }
}

}  // namespace
}  // namespace sluice
