// States of things that outlive a snapshot, by name: the same name gets the same state for as long as anybody
// holds it. Control thread only; states themselves may be used and given back on any thread.
#pragma once

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
    auto& known = by_name_[name];
    if (auto state = known.lock()) return state;
    auto made = std::make_shared<State>(arguments...);
    known = made;
    return made;
  }

  // Forgets names that nobody holds any more.
  void prune() {
    std::erase_if(by_name_, [](const auto& entry) { return entry.second.expired(); });
  }

 private:
  std::map<std::string, std::weak_ptr<State>> by_name_;
};

}  // namespace sluice
