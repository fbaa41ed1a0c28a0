#include "tests/session/cast.h"

#include "tests/session/h2_origin.h"
#include "tests/session/h2_wire.h"
#include "tests/session/messages.h"

namespace sluice::session {
namespace {

// A client that has all the answers it asked for goes, whatever is left of its script.
Manner manner_of_client(const Story& story) {
  Manner manner;
  manner.leave_when = [&story](const Scene& scene) {
    const auto heard = responses_in(scene.heard, story.methods, Ended::open).complete();
    return heard.size() >= story.methods.size() && heard.back().status() != 101;
  };
  return manner;
}

// One request after the other; what came of one that was answered before it was whole is never looked at.
Manner manner_of_origin(const Story& story) {
  Manner manner;
  manner.skip = [](std::string_view heard) {
    const auto first = requests_in(heard).messages.front();
    return first.complete ? first.size : heard.size();
  };
  // The streams of a connection count together.
  manner.next = [&story, served = std::make_shared<int>(0)](std::string_view heard) -> Script {
    const auto requests = requests_in(heard).messages;
    if (requests.empty() || requests.front().path().size() != 2) return {};
    if ((*served)++ > 0 && !story.on_kept.empty()) return story.on_kept;
    const auto number = static_cast<std::size_t>(requests.front().path()[1] - '1');
    return number < story.origin.size() ? story.origin[number] : Script{};
  };
  return manner;
}

}  // namespace

std::unique_ptr<Partner> make_client(Version version, int fd, const Story& story, std::size_t slice) {
  std::unique_ptr<Wire> wire;
  if (version == Version::h1)
    wire = std::make_unique<PlainWire>(fd, slice);
  else
    wire = std::make_unique<H2ClientWire>(fd, slice);
  return std::make_unique<Actor>(std::move(wire), story.client, manner_of_client(story));
}

std::unique_ptr<Partner> make_origin(Version version, int fd, const Story& story, std::size_t slice) {
  if (version == Version::h2) return std::make_unique<H2Origin>(fd, slice, manner_of_origin(story));
  return std::make_unique<Actor>(std::make_unique<PlainWire>(fd, slice), Script{}, manner_of_origin(story));
}

}  // namespace sluice::session
