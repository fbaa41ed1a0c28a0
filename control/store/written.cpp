#include "control/store/written.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>

namespace sluice {
namespace {

namespace asio = boost::asio;

// What the store calls into may be gone before it calls: this is not.
struct Waiting {
  explicit Waiting(const asio::any_io_executor& executor) : timer(executor) {}

  asio::steady_timer timer;
  std::optional<Result<void, StoreError>> said;
  bool given_up = false;
};

}  // namespace

asio::awaitable<std::optional<Result<void, StoreError>>> written_within(Store& store, Write write,
                                                                        std::chrono::milliseconds limit,
                                                                        Store::Done late) {
  const auto executor = co_await asio::this_coro::executor;
  auto waiting = std::make_shared<Waiting>(executor);
  waiting->timer.expires_after(limit);
  Store::Done done = [waiting, late = std::move(late)](Result<void, StoreError> result) {
    if (waiting->given_up) {
      if (late) late(std::move(result));
      return;
    }
    waiting->said = std::move(result);
    waiting->timer.cancel();
  };
  store.write(std::move(write), std::move(done));
  if (!waiting->said) co_await waiting->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  waiting->given_up = true;
  co_return std::move(waiting->said);
}

asio::awaitable<Result<void, StoreError>> written(Store& store, Write write) {
  // A store says within seconds, if only that it could not.
  Store::Done nobody;
  auto said = co_await written_within(store, std::move(write), std::chrono::hours(24), std::move(nobody));
  if (said) co_return *std::move(said);
  co_return failure(StoreError{StoreError::Kind::unavailable, "the store does not answer"});
}

}  // namespace sluice
