// A SqliteStore with a control thread that the test itself is.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "control/store/sqlite_store.h"

namespace sluice {

struct OpenStore {
  using Answer = Result<void, StoreError>;

  explicit OpenStore(const std::string& directory)
      : store(SqliteStore::open(directory, control).value()), stored(store->load().value()) {}

  void queue(Write write) {
    store->write(std::move(write), [this](Answer answer) { answers.push_back(std::move(answer)); });
  }

  // The answers to all that was queued since, in order.
  std::vector<Answer> wait() {
    control.restart();
    control.run();
    return std::exchange(answers, {});
  }

  Answer write(Write given) {
    queue(std::move(given));
    return wait().at(0);
  }

  boost::asio::io_context control;
  std::vector<Answer> answers;
  std::unique_ptr<SqliteStore> store;
  Stored stored;
};

}  // namespace sluice
