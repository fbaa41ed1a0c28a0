#include "proxy/buffer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace sluice {
namespace {

void fill(Buffer& buffer, std::string_view text) {
  ASSERT_LE(text.size(), buffer.space().size());
  std::memcpy(buffer.space().data(), text.data(), text.size());
  buffer.filled(text.size());
}

TEST(BlockPool, BlockGivenBackLast_IsTakenFirst) {
  BlockPool pool;
  char* a = pool.take();
  char* b = pool.take();
  ASSERT_NE(a, b);
  pool.give(a);
  pool.give(b);
  EXPECT_EQ(pool.take(), b);
  EXPECT_EQ(pool.take(), a);
  pool.give(a);
  pool.give(b);
}

TEST(BlockPool, MoreThanItKeeps_AreFreed) {
  BlockPool pool;
  std::vector<char*> blocks;
  for (int i = 0; i < 200; ++i) blocks.push_back(pool.take());
  for (char* block : blocks) pool.give(block);
  char* again = pool.take();
  again[0] = again[BlockPool::block_size - 1] = 'x';  // it is there: what was freed is not handed out
  pool.give(again);
}

TEST(Buffer, Default_HoldsNoBlock) {
  Buffer buffer;
  EXPECT_FALSE(buffer);
  EXPECT_TRUE(buffer.unread().empty());
  buffer.release();
}

TEST(Buffer, Blocks_HoldTheLargestHeadAndRoomBehindIt) {
  EXPECT_GE(BlockPool::block_size, 64u * 1024 + 8 * 1024);
}

TEST(Buffer, FilledAndConsumed_KeepsViewsInPlace) {
  BlockPool pool;
  Buffer buffer(pool);
  EXPECT_EQ(buffer.space().size(), BlockPool::block_size);
  fill(buffer, "headbody");
  const auto head = buffer.unread().substr(0, 4);
  buffer.consume(4);
  EXPECT_EQ(buffer.unread(), "body");
  EXPECT_EQ(buffer.position(), 4u);
  buffer.consume(4);
  buffer.rewind(4);
  fill(buffer, "more");
  EXPECT_EQ(buffer.unread(), "more");
  EXPECT_EQ(head, "head") << "what lies before the position stays untouched";
}

TEST(Buffer, Compact_MovesTheUnreadToTheFront) {
  BlockPool pool;
  Buffer buffer(pool);
  fill(buffer, std::string(BlockPool::block_size - 3, 'x') + "abc");
  EXPECT_TRUE(buffer.space().empty());
  buffer.consume(BlockPool::block_size - 3);
  buffer.compact();
  EXPECT_EQ(buffer.unread(), "abc");
  EXPECT_EQ(buffer.position(), 0u);
  EXPECT_EQ(buffer.space().size(), BlockPool::block_size - 3);
}

TEST(Buffer, Released_GivesItsBlockBack) {
  BlockPool pool;
  Buffer first(pool);
  const char* block = first.space().data();
  first.release();
  EXPECT_FALSE(first);
  Buffer second(pool);
  EXPECT_EQ(second.space().data(), block);
  EXPECT_TRUE(second.unread().empty());
}

TEST(Buffer, Moved_TakesTheBlockAlong) {
  BlockPool pool;
  Buffer first(pool);
  fill(first, "abc");
  Buffer second(std::move(first));
  EXPECT_EQ(second.unread(), "abc");
  Buffer third;
  third = std::move(second);
  EXPECT_EQ(third.unread(), "abc");
}

}  // namespace
}  // namespace sluice
