#include "proxy/h2_memory.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

namespace sluice {

#if defined(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)

nghttp2_mem* h2_memory() noexcept {
  return nullptr;
}

#else

namespace {

// Before each piece: free() is not told how large it was.
struct alignas(std::max_align_t) Size {
  std::size_t bytes;
};

Size* head_of(void* piece) noexcept {
  return static_cast<Size*>(piece) - 1;
}

void* allocate(std::size_t size, void*) {
  try {
    void* block = FramePool::of_this_thread().take(sizeof(Size) + size);
    return new (block) Size{size} + 1;
  } catch (const std::bad_alloc&) {  // C does not know it
    return nullptr;
  }
}

void release(void* piece, void*) {
  if (piece) FramePool::of_this_thread().give(head_of(piece), sizeof(Size) + head_of(piece)->bytes);
}

void* allocate_zeroed(std::size_t count, std::size_t size, void*) {
  if (size != 0 && count > std::numeric_limits<std::size_t>::max() / 2 / size) return nullptr;
  void* piece = allocate(count * size, nullptr);
  return piece ? std::memset(piece, 0, count * size) : nullptr;
}

void* resize(void* piece, std::size_t size, void*) {
  if (!piece) return allocate(size, nullptr);
  void* larger = allocate(size, nullptr);
  if (!larger) return nullptr;
  std::memcpy(larger, piece, std::min(size, head_of(piece)->bytes));
  release(piece, nullptr);
  return larger;
}

}  // namespace

nghttp2_mem* h2_memory() noexcept {
  static nghttp2_mem memory{nullptr, allocate, release, allocate_zeroed, resize};
  return &memory;
}

#endif

}  // namespace sluice
