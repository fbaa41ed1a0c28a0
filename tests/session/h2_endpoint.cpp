#include "tests/session/h2_endpoint.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace sluice::session {
namespace {

constexpr std::uint32_t window = 10'000;  // bytes of a stream: what is larger has to wait for it

// Fields on their way out, of views into the message.
class Head {
 public:
  void add(std::string_view name, std::string_view value) {
    fields_.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  // RFC 9113 §8.2.2: a connection's own fields have no place here.
  void add_fields(const Message& message) {
    for (const auto& [name, value] : message.fields)
      if (name != "connection" && name != "transfer-encoding" && name != "host") add(name, value);
  }
  [[nodiscard]] const nghttp2_nv* data() const { return fields_.data(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }

 private:
  static std::uint8_t* bytes(std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  }
  std::vector<nghttp2_nv> fields_;
};

bool is_bodiless(const Message& message) {
  return message.complete && message.body.empty() && message.trailers.empty();
}

}  // namespace

struct H2Endpoint::Callbacks {
  static H2Endpoint& of(void* self) { return *static_cast<H2Endpoint*>(self); }

  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    of(self).open_.insert(frame->hd.stream_id);
    return 0;
  }
  static int close(nghttp2_session*, std::int32_t id, std::uint32_t, void* self) {
    of(self).open_.erase(id);
    of(self).bodies_.erase(id);
    return 0;
  }
  static int not_sent(nghttp2_session*, const nghttp2_frame* frame, int, void* self) {
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    return close(nullptr, frame->hd.stream_id, 0, self);
  }
  static int invalid(nghttp2_session*, const nghttp2_frame* frame, int error, void* self) {
    of(self).complain("a frame of type " + std::to_string(frame->hd.type) + ": " + nghttp2_strerror(error));
    return 0;
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* into, std::size_t most,
                           std::uint32_t* flags, nghttp2_data_source*, void* self) {
    auto& body = of(self).bodies_[id];
    const auto size = std::min(most, body.left.size());
    if (size == 0 && !body.ended) return NGHTTP2_ERR_DEFERRED;
    std::copy_n(body.left.data(), size, into);
    body.left.erase(0, size);
    if (!body.ended || !body.left.empty()) return static_cast<ssize_t>(size);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!body.trailers.empty()) submit_trailers(session, id, body.trailers, flags);
    return static_cast<ssize_t>(size);
  }

  static void submit_trailers(nghttp2_session* session, std::int32_t id, std::string_view lines,
                              std::uint32_t* flags) {
    Head trailers;
    while (!lines.empty()) {
      const auto line = lines.substr(0, lines.find("\r\n"));
      lines.remove_prefix(std::min(line.size() + 2, lines.size()));
      const auto colon = line.find(": ");
      trailers.add(line.substr(0, colon), line.substr(colon + 2));
    }
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    nghttp2_submit_trailer(session, id, trailers.data(), trailers.size());
  }
};

H2Endpoint::H2Endpoint(int fd, Side side, std::size_t slice)
    : fd_(fd),
      slice_(slice),
      reader_(side == Side::client ? H2Reader::Speaker::server : H2Reader::Speaker::client),
      session_(make_session(side)) {
  const nghttp2_settings_entry settings{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, &settings, 1);
}

H2Endpoint::Session H2Endpoint::make_session(Side side) {
  nghttp2_session_callbacks* made = nullptr;
  nghttp2_session_callbacks_new(&made);
  const std::unique_ptr<nghttp2_session_callbacks, decltype(&nghttp2_session_callbacks_del)> callbacks(
      made, nghttp2_session_callbacks_del);
  nghttp2_session_callbacks_set_on_begin_headers_callback(made, Callbacks::begin_headers);
  nghttp2_session_callbacks_set_on_stream_close_callback(made, Callbacks::close);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(made, Callbacks::not_sent);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(made, Callbacks::invalid);
  nghttp2_session* session = nullptr;
  if (side == Side::client)
    nghttp2_session_client_new(&session, made, this);
  else
    nghttp2_session_server_new(&session, made, this);
  return {session, nghttp2_session_del};
}

void H2Endpoint::leave() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void H2Endpoint::complain(const std::string& about) {
  if (complaint_.empty()) complaint_ = about;
}

bool H2Endpoint::take_turn() {
  if (has_left()) return false;
  const bool received = receive();
  const bool sent = send();
  if (leaving_ && (deaf_ || is_flushed())) leave();
  return received || sent || has_left();
}

bool H2Endpoint::receive() {
  std::array<char, 4096> block;
  const auto n = ::recv(fd_, block.data(), block.size(), 0);
  if (n > 0) {
    const auto size = static_cast<std::size_t>(n);
    reader_.read({block.data(), size});
    const auto taken =
        nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(block.data()), size);
    if (taken < 0) complain(nghttp2_strerror(static_cast<int>(taken)));
    return true;
  }
  const bool ended_before = other_ended_;
  if (n == 0 || errno != EAGAIN) other_ended_ = true;
  return other_ended_ != ended_before;
}

bool H2Endpoint::send() {
  if (out_.empty()) {
    const std::uint8_t* data = nullptr;
    ssize_t size = 0;
    while ((size = nghttp2_session_mem_send(session_.get(), &data)) > 0)
      out_.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  }
  if (out_.empty()) return false;
  const auto n = ::send(fd_, out_.data(), std::min(slice_, out_.size()), MSG_NOSIGNAL);
  if (n < 0 && errno != EAGAIN) deaf_ = true;
  if (n > 0) out_.erase(0, static_cast<std::size_t>(n));
  return n > 0;
}

bool H2Endpoint::is_flushed() const {
  return out_.empty() && !nghttp2_session_want_write(session_.get()) &&
         std::ranges::all_of(bodies_, [](const auto& body) { return body.second.left.empty(); });
}

std::int32_t H2Endpoint::begin_request(const Message& message) {
  Head head;
  const auto method = message.method(), path = message.path(), host = message.field("host");
  head.add(":method", method);
  head.add(":scheme", "http");
  head.add(":authority", host);
  head.add(":path", path);
  head.add_fields(message);
  if (nghttp2_session_check_request_allowed(session_.get()) == 0) return 0;
  const bool bodiless = is_bodiless(message);
  const nghttp2_data_provider body{.source = {.ptr = nullptr}, .read_callback = Callbacks::read_body};
  const auto id = nghttp2_submit_request(session_.get(), nullptr, head.data(), head.size(),
                                         bodiless ? nullptr : &body, nullptr);
  open_.insert(id);
  if (!bodiless) bodies_[id];
  return id;
}

void H2Endpoint::send_interim(std::int32_t stream, const Message& message) {
  const auto status = std::to_string(message.status());
  Head head;
  head.add(":status", status);
  head.add_fields(message);
  nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream, nullptr, head.data(), head.size(),
                         nullptr);
}

void H2Endpoint::begin_response(std::int32_t stream, const Message& message) {
  const auto status = std::to_string(message.status());
  Head head;
  head.add(":status", status);
  head.add_fields(message);
  const bool bodiless = is_bodiless(message);
  const nghttp2_data_provider body{.source = {.ptr = nullptr}, .read_callback = Callbacks::read_body};
  if (!bodiless) bodies_[stream];
  nghttp2_submit_response(session_.get(), stream, head.data(), head.size(), bodiless ? nullptr : &body);
}

void H2Endpoint::add_body(std::int32_t stream, std::string_view more) {
  const auto body = bodies_.find(stream);
  if (body == bodies_.end()) return;
  body->second.left.append(more);
  nghttp2_session_resume_data(session_.get(), stream);
}

void H2Endpoint::end(std::int32_t stream, std::string_view trailers) {
  const auto body = bodies_.find(stream);
  if (body == bodies_.end()) return;
  body->second.trailers = trailers;
  body->second.ended = true;
  nghttp2_session_resume_data(session_.get(), stream);
}

}  // namespace sluice::session
