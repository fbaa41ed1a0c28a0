#include "tests/session/h2_wire.h"

#include <algorithm>

namespace sluice::session {

// In the order of the requests, as a client of HTTP/1.1 would hear it: no answer is heard before the one
// before it is whole.
bool H2ClientWire::listen() {
  const bool happened = endpoint_.take_turn();
  heard_.clear();
  for (const auto id : begun_) {
    const auto stream = endpoint_.heard().find(id);
    if (stream == endpoint_.heard().end()) break;
    heard_ += stream->second.text;
    if (!stream->second.is_whole()) break;
  }
  return happened;
}

bool H2ClientWire::lost_an_answer() const {
  const auto& heard = endpoint_.heard();
  return turned_away_ || std::ranges::any_of(begun_, [&](std::int32_t id) {
           const auto stream = heard.find(id);
           return stream == heard.end() || !stream->second.is_whole();
         });
}

// Who waits in vain for one answer still waits for the others. A request that was answered before it was
// whole never will be: what was to come after it does not come, either.
bool H2ClientWire::other_ended() const {
  const bool never_whole = stream_ != 0 && !endpoint_.is_open(stream_);
  return endpoint_.other_ended() || (!endpoint_.has_open_streams() && (never_whole || lost_an_answer()));
}

Wire::Progress H2ClientWire::say(const Line& line) {
  if (endpoint_.is_deaf()) return Progress::nobody_listens;
  if (!taken_) {
    taken_ = true;
    said_ += line.say;
    submit();
    return Progress::moved;
  }
  if (!endpoint_.is_flushed()) return Progress::waits;
  taken_ = false;
  return Progress::done;
}

void H2ClientWire::submit() {
  for (;;) {
    const auto requests = requests_in(said_).messages;
    if (requests.empty() || requests.front().first_line.empty()) return;
    const auto& request = requests.front();
    if (stream_ == 0) {
      stream_ = endpoint_.begin_request(request);
      body_said_ = 0;
      turned_away_ |= stream_ == 0;
      if (stream_ != 0) begun_.push_back(stream_);
    }
    endpoint_.add_body(stream_, std::string_view(request.body).substr(body_said_));
    body_said_ = request.body.size();
    if (!request.complete) return;
    endpoint_.end(stream_, request.trailers);
    said_.erase(0, request.size);
    stream_ = 0;
  }
}

bool H2StreamWire::listen() {
  const auto size = heard().size();
  return std::exchange(listened_to_, size) != size;
}

// Who leaves with a line does so with its last byte.
Wire::Progress H2StreamWire::say(const Line& line) {
  const bool leaves = line.then == Line::Then::leave;
  if (!taken_) {
    const bool is_heard = !endpoint_.is_deaf() && endpoint_.is_open(stream_);
    if (!is_heard && !leaves) return Progress::nobody_listens;
    taken_ = true;
    said_ += line.say;
    submit(leaves ? Ended::fin : Ended::open);
    if (leaves) endpoint_.leave_when_flushed();
    return Progress::moved;
  }
  if (!endpoint_.is_deaf() && !endpoint_.is_flushed()) return Progress::waits;
  taken_ = false;
  return Progress::done;
}

void H2StreamWire::submit(Ended ended) {
  const std::vector<std::string> methods{requests_in(heard()).messages.front().method()};
  for (;;) {
    const auto responses = responses_in(said_, methods, ended).messages;
    if (responses.empty() || responses.front().first_line.empty()) return;
    const auto& response = responses.front();
    if (response.status() < 200) {
      endpoint_.send_interim(stream_, response);
      said_.erase(0, response.size);
      continue;
    }
    if (!std::exchange(begun_, true)) endpoint_.begin_response(stream_, response);
    endpoint_.add_body(stream_, std::string_view(response.body).substr(body_said_));
    body_said_ = response.body.size();
    if (response.complete) endpoint_.end(stream_, response.trailers);
    return;
  }
}

}  // namespace sluice::session
