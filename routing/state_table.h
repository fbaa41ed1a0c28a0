// States of things that outlive a snapshot, by name: the same name gets the same state for as long as anybody
// holds it. Control thread only; states themselves may be used and given back on any thread. Names that nobody
// holds any more are forgotten now and then, so that targets that come and go leave nothing behind.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace sluice {

template <class State>
class StateTable {
 public:
  // `arguments`: what one is made with that is not known yet.
  template <class... Arguments>
  [[nodiscard]] std::shared_ptr<State> intern(const std::string& name, const Arguments&... arguments) {
    forget_now_and_then();
    auto& known = by_name_[name];
    if (auto state = known.lock()) return state;
    auto made = std::make_shared<State>(arguments...);
    known = made;
    return made;
  }

  [[nodiscard]] std::size_t size() const noexcept { return by_name_.size(); }

 private:
  static constexpr std::size_t few = 64;

  // Each time the table has doubled: a constant cost per name.
  void forget_now_and_then() {
    if (by_name_.size() < enough_) return;
    std::erase_if(by_name_, [](const auto& entry) { return entry.second.expired(); });
    enough_ = std::max(few, 2 * by_name_.size());
  }

  std::map<std::string, std::weak_ptr<State>> by_name_;
  std::size_t enough_ = few;
};

}  // namespace sluice
