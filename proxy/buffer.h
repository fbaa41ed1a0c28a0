// Where messages are read into: one block of a fixed size, leased from the worker's pool while there is
// something to hold and given back while idle. Views into a block stay valid until it is given back: bytes
// are never moved under them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace sluice {

// Blocks of one worker, last in first out so that the warm one is used again. Pages that were never touched
// cost nothing. They are mapped, not malloced: among the heap's small pieces, which live longer, a burst of
// them would leave holes that never close.
class BlockPool {
 public:
  // 64 KiB, the largest head, and room for what is added to it on the way.
  static constexpr std::size_t block_size = 72 * 1024;

  [[nodiscard]] char* take();  // throws std::bad_alloc
  void give(char* block) noexcept;
  // Gives the free ones back to the system.
  void shrink() noexcept;

  ~BlockPool();
  BlockPool() = default;
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

 private:
  static constexpr std::size_t kept = 256;  // free ones; more go back to the system
  std::vector<char*> free_;
};

class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(BlockPool& pool) : pool_(&pool), block_(pool.take()) {}
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() { release(); }

  [[nodiscard]] explicit operator bool() const noexcept { return block_ != nullptr; }

  // What was read and not consumed, and where more can be read to.
  [[nodiscard]] std::string_view unread() const noexcept { return {block_ + begin_, end_ - begin_}; }
  [[nodiscard]] std::span<char> space() noexcept { return {block_ + end_, BlockPool::block_size - end_}; }
  void filled(std::size_t bytes) noexcept { end_ += bytes; }
  void consume(std::size_t bytes) noexcept { begin_ += bytes; }

  // Everything before the first unread byte stays untouched by rewind().
  [[nodiscard]] std::size_t position() const noexcept { return begin_; }
  // All was consumed: the next bytes go to `position`.
  void rewind(std::size_t position) noexcept { begin_ = end_ = position; }
  // Moves what is unread to the front. Invalidates views.
  void compact() noexcept;

  void release() noexcept;
  void swap(Buffer& other) noexcept;

 private:
  BlockPool* pool_ = nullptr;
  char* block_ = nullptr;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace sluice
