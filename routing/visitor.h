// Who sent a request, as far as routing asks: the identity that each service sees in it, found once and kept,
// minted where a service gives one out. Lives as long as the exchange, since what it returns are views into
// the head or into itself.
#pragma once

#include "routing/condition.h"
#include "routing/identity.h"
#include "routing/pin.h"
#include "routing/sequences.h"

namespace sluice {

struct Arm;
struct Experiment;
struct Service;
struct Snapshot;

// What a request has besides its head.
struct Arrival {
  UnixSeconds now{};
  bool trusted = false;                     // the peer's address is in `trusted`
  std::string_view listener{};              // its name
  std::array<std::uint8_t, 16> fresh_id{};  // random; becomes an identity if one must be minted
};

struct Identity {
  std::optional<std::string_view> value;
  CookieVerdict cookie = CookieVerdict::absent;  // what the service's own cookie was worth, if it was asked
  bool minted = false;                           // the response must set the cookie
};

class Visitor final : public SharePoints {
 public:
  // All outlive it. `sequences` is the worker's own.
  Visitor(const Snapshot& snapshot, const RequestHead& head, const Arrival& arrival,
          Sequences& sequences) noexcept
      : snapshot_(snapshot), head_(head), arrival_(arrival), sequences_(sequences) {}
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  // Valid until another service's is asked for.
  [[nodiscard]] const Identity& identity(const Service& service) noexcept;

  // Where this visitor stands on the line of a service's split: by identity, or by the split's own sequence.
  [[nodiscard]] Point split_point(const Service& service);
  // The same for another decision of the service.
  [[nodiscard]] Point point(const Service& service, std::uint64_t salt_seed, const SlotRef& decision);
  [[nodiscard]] Point point(const Share& share) override;
  // Of an experiment that this visitor takes part in.
  [[nodiscard]] const Arm& arm(const Service& service, const Experiment& experiment);

  [[nodiscard]] const RequestHead& head() const noexcept { return head_; }
  [[nodiscard]] const Arrival& arrival() const noexcept { return arrival_; }

 private:
  [[nodiscard]] Identity find(const IdentityPolicy& policy) noexcept;

  const Snapshot& snapshot_;
  const RequestHead& head_;
  const Arrival& arrival_;
  Sequences& sequences_;
  const Service* asked_ = nullptr;  // whose identity is kept
  Identity identity_;
  IdText minted_;
  AddressText address_;
};

}  // namespace sluice
