// Memory for coroutine frames: a free list per size and thread, so that a frame costs a handful of
// instructions. Asio's own cache is a short list that is searched for a fit; with many connections in flight
// it misses, and each miss is a malloc and a free (docs/adr/0004). What a burst needed is kept for the next
// one.
#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace sluice {

class FramePool {
 public:
  [[nodiscard]] static FramePool& of_this_thread() noexcept {
    static thread_local FramePool pool;
    return pool;
  }

  [[nodiscard]] void* take(std::size_t size) {
    const auto list = list_of(size);
    if (list >= lists) return ::operator new(size);
    if (auto* block = free_[list]) {
      free_[list] = block->next;
      return block;
    }
    return ::operator new((list + 1) * step);
  }

  void give(void* frame, std::size_t size) noexcept {
    const auto list = list_of(size);
    if (list >= lists) return ::operator delete(frame);
    free_[list] = new (frame) Block{free_[list]};
  }

  ~FramePool() {
    for (auto* block : free_) {
      while (block) {
        auto* next = block->next;
        ::operator delete(block);
        block = next;
      }
    }
  }

 private:
  static constexpr std::size_t step = 64;   // bytes
  static constexpr std::size_t lists = 32;  // frames of up to 2 KiB

  struct Block {
    Block* next;
  };
  static constexpr std::size_t list_of(std::size_t size) noexcept { return (size - 1) / step; }

  std::array<Block*, lists> free_{};
};

// Objects of classes that derive from this come from the pool, as frames do. Not where sanitizers are to see
// what was freed.
struct FromFramePool {
#if !defined(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
  static void* operator new(std::size_t size) {
    return FramePool::of_this_thread().take(size);
  }
  static void operator delete(void* object, std::size_t size) {
    FramePool::of_this_thread().give(object, size);
  }
#endif
};

}  // namespace sluice
