// The coroutine type of the data plane: bound to the worker's own io_context, so that no executor is ever
// type-erased.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "proxy/frame_pool.h"

#if !defined(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
// The data plane's coroutines, and only they, have this executor: their frames come from our pool instead of
// Asio's cache.
namespace boost::asio::detail {
template <>
inline void* awaitable_frame_base<io_context::executor_type>::operator new(std::size_t size) {
  return sluice::FramePool::of_this_thread().take(size);
}
template <>
inline void awaitable_frame_base<io_context::executor_type>::operator delete(void* pointer,
                                                                             std::size_t size) {
  sluice::FramePool::of_this_thread().give(pointer, size);
}
}  // namespace boost::asio::detail
#endif

namespace sluice {

namespace asio = boost::asio;

using Executor = asio::io_context::executor_type;
template <class T = void>
using Awaitable = asio::awaitable<T, Executor>;
inline constexpr asio::use_awaitable_t<Executor> use_awaitable{};

}  // namespace sluice
