#include "proxy/data_plane.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>

namespace sluice {
namespace {

void warn_of_expired_staples(const std::string& listener, const ServerTls& tls) {
  for (const auto& certificate : tls.certificates())
    if (certificate.staple_until && *certificate.staple_until <= std::time(nullptr))
      spdlog::warn("listener `{}`: the OCSP response of `{}` has expired: it is not stapled", listener,
                   certificate.name);
}

}  // namespace

DataPlane::DataPlane(unsigned workers, Outcomes& outcomes, AccessLog* log)
    : inherited_(InheritedSockets::from_environment()), current_(std::make_shared<Published>()) {
  for (unsigned i = 0; i < workers; ++i)
    workers_.push_back(std::make_unique<Worker>(i, outcomes.add_shard(), log));
  for (const auto& worker : workers_) worker->start();
  overload_ = std::make_unique<OverloadWatch>(workers_);
}

DataPlane::~DataPlane() {
  drain(std::chrono::milliseconds(0));
}

Result<void, std::string> DataPlane::publish(std::shared_ptr<const Snapshot> snapshot) {
  auto published = prepare(std::move(snapshot));
  if (!published) return failure(published.error());
  current_ = std::move(*published);
  for (const auto& worker : workers_) worker->publish(current_);
  ready_ = true;
  return {};
}

Result<void, std::string> DataPlane::check(std::shared_ptr<const Snapshot> snapshot) const {
  const auto published = prepare(std::move(snapshot));
  if (!published) return failure(published.error());
  return {};
}

Result<std::shared_ptr<Published>, std::string> DataPlane::prepare(
    std::shared_ptr<const Snapshot> snapshot) const {
  auto published = std::make_shared<Published>();
  published->snapshot = std::move(snapshot);
  for (const auto& listener : published->snapshot->listeners) {
    auto prepared = prepare(listener);
    if (!prepared) return failure(prepared.error());
    published->listeners.push_back(std::move(*prepared));
  }
  for (const auto& service : published->snapshot->services) {
    for (const auto& variant : service->variants) {
      const auto* tls = variant.group->tls.get();
      if (!tls || published->client_tls.contains(tls)) continue;
      // Unchanged settings are the same object in the next snapshot: then the old context goes on.
      if (const auto known = current_->client_tls.find(tls); known != current_->client_tls.end()) {
        published->client_tls.insert(*known);
        continue;
      }
      auto made = ClientTls::make(*tls, tls->protocol == UpstreamProtocol::http2 ? Alpn::h2 : Alpn::http11);
      if (!made) return failure("target group `" + variant.group->name + "`: " + made.error());
      published->client_tls.emplace(tls, std::move(*made));
    }
  }
  return published;
}

Result<PublishedListener, std::string> DataPlane::prepare(
    const std::shared_ptr<const Listener>& listener) const {
  PublishedListener prepared{.listener = listener, .tls = nullptr, .sockets = sockets_of(*listener)};
  if (listener->tls) {
    for (const auto& known : current_->listeners)
      if (known.listener->tls == listener->tls) prepared.tls = known.tls;
    if (!prepared.tls) {
      auto made = ServerTls::make(*listener->tls, Alpn::h2_or_http11);
      if (!made) return failure("listener `" + listener->name + "`: " + made.error());
      prepared.tls = std::move(*made);
      warn_of_expired_staples(listener->name, *prepared.tls);
    }
  }
  if (!prepared.sockets) {
    auto opened = ListenSockets::open(*listener, static_cast<unsigned>(workers_.size()), inherited_);
    if (!opened) return failure(opened.error());
    prepared.sockets = std::move(*opened);
  }
  return prepared;
}

// The sockets that are open for this address already.
std::shared_ptr<ListenSockets> DataPlane::sockets_of(const Listener& listener) const {
  const auto found = std::ranges::find_if(current_->listeners, [&](const PublishedListener& known) {
    return known.listener->slot == listener.slot && known.sockets->ip() == listener.ip &&
           known.sockets->configured_port() == listener.port;
  });
  return found == current_->listeners.end() ? nullptr : found->sockets;
}

void DataPlane::become_lame_duck() {
  ready_ = false;
  for (const auto& worker : workers_) worker->enter(Phase::lame_duck);
}

bool DataPlane::drain(std::chrono::milliseconds deadline) {
  ready_ = false;
  for (const auto& worker : workers_) worker->enter(Phase::draining);
  const auto finished = [&] {
    return std::ranges::all_of(workers_, [](const auto& worker) { return worker->finished(); });
  };
  const auto end = Clock::now() + deadline;
  while (!finished() && Clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const bool clean = finished();
  if (!clean)
    for (const auto& worker : workers_) worker->cut_off();
  for (const auto& worker : workers_) worker->join();
  return clean;
}

}  // namespace sluice
