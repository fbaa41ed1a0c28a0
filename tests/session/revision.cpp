#include "tests/session/revision.h"

#include <array>
#include <stdexcept>

namespace sluice::session {
namespace {

std::shared_ptr<const TargetGroup> make_group(SlotTable& slots, const RevisionSettings& settings) {
  auto group = std::make_shared<TargetGroup>();
  group->name = "origin";
  group->slot = slots.intern("group/origin");
  group->targets.push_back({.address = "origin:80",
                            .ip = "127.0.0.1",
                            .port = settings.target_port,
                            .weight = 1,
                            .zone = {},
                            .slot = slots.intern("target/origin")});
  group->protocol = settings.target_protocol;
  settings.group(*group);
  return group;
}

std::shared_ptr<const Service> make_service(SlotTable& slots, const RevisionSettings& settings) {
  const std::array<Weight, 1> weights{Weight{Weight::unit}};
  Variant only{.name = "only",
               .weight = weights[0],
               .group = make_group(slots, settings),
               .slot = slots.intern("variant/only")};
  auto service = std::make_shared<Service>(Service{.name = "service",
                                                   .slot = slots.intern("service/service"),
                                                   .variants = {std::move(only)},
                                                   .stable = 0,
                                                   .split = Split::from_weights(weights),
                                                   .identity = {},
                                                   .salt_seed = 0});
  settings.service(*service);
  return service;
}

std::shared_ptr<const Listener> make_listener(SlotTable& slots, const RevisionSettings& settings) {
  auto listener = std::make_shared<Listener>();
  listener->name = "listener";
  listener->slot = slots.intern("listener/listener");
  listener->address = "127.0.0.1:0";
  listener->ip = "127.0.0.1";
  listener->limits.body = settings.body_limit;
  listener->rules = std::make_shared<const RuleTable>(std::vector<Rule>{}, Forward{0});
  settings.listener(*listener);
  return listener;
}

std::shared_ptr<ListenSockets> open(const Listener& listener) {
  auto opened = ListenSockets::open(listener, 1, InheritedSockets::from_environment());
  if (!opened) throw std::runtime_error(opened.error());
  return *opened;
}

}  // namespace

std::shared_ptr<const Published> make_revision(SlotTable& slots, const RevisionSettings& settings) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->services.push_back(make_service(slots, settings));
  snapshot->listeners.push_back(make_listener(slots, settings));
  auto published = std::make_shared<Published>();
  auto sockets = settings.sockets ? settings.sockets : open(*snapshot->listeners[0]);
  published->listeners.push_back(
      {.listener = snapshot->listeners[0], .tls = nullptr, .sockets = std::move(sockets)});
  published->snapshot = std::move(snapshot);
  return published;
}

}  // namespace sluice::session
