// Where nghttp2, and what keeps heads, have their memory from: the pool of the worker's thread, since a stream
// costs a dozen small pieces that live as long as it does. With sanitizers it is malloc, which they watch.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <memory>

#include "proxy/frame_pool.h"

namespace sluice {

// Null: nghttp2's own. What it points to lives for ever.
[[nodiscard]] nghttp2_mem* h2_memory() noexcept;

// The same for containers of our own that live as long as a stream.
#if defined(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)

template <class T>
using H2Allocator = std::allocator<T>;

#else

template <class T>
struct H2Allocator {
  using value_type = T;

  H2Allocator() = default;
  template <class U>
  H2Allocator(const H2Allocator<U>&) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) {
    return static_cast<T*>(FramePool::of_this_thread().take(count * sizeof(T)));
  }
  void deallocate(T* piece, std::size_t count) noexcept {
    FramePool::of_this_thread().give(piece, count * sizeof(T));
  }
  bool operator==(const H2Allocator&) const = default;
};

#endif

}  // namespace sluice
