// Waiting for a write of the store, in coroutines of the control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>

#include "control/store/store.h"

namespace sluice {

// When it lasts, or why it does not.
[[nodiscard]] boost::asio::awaitable<Result<void, StoreError>> written(Store& store, Write write);

// The same, but waits no longer than that: none if the store has not said by then. It may say later, to
// `late`.
[[nodiscard]] boost::asio::awaitable<std::optional<Result<void, StoreError>>> written_within(
    Store& store, Write write, std::chrono::milliseconds limit, Store::Done late);

}  // namespace sluice
