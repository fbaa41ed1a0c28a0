// Runs what waits until it has come back, for tests without an io_context of their own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

namespace sluice {

template <class T>
T awaited_result(boost::asio::awaitable<T> waiting) {
  boost::asio::io_context io;
  auto result = boost::asio::co_spawn(io, std::move(waiting), boost::asio::use_future);
  io.run();
  return result.get();
}

}  // namespace sluice
