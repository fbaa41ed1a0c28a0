#include "health/h2_call.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstring>
#include <vector>

#include "routing/header_id.h"

namespace sluice {
namespace {

constexpr std::size_t most_body = 64 * 1024;  // bytes
// An empty message, not compressed: its length is 0.
constexpr std::string_view empty_message{"\0\0\0\0\0", 5};

nghttp2_nv field(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

std::string lower(std::string name) {
  for (auto& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  return name;
}

std::optional<int> number(std::string_view text) noexcept {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace

struct H2Call::Callbacks {
  static H2Call& call(void* user) { return *static_cast<H2Call*>(user); }

  static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                       void* user) {
    const std::string_view key(reinterpret_cast<const char*>(name), name_size);
    const std::string_view text(reinterpret_cast<const char*>(value), value_size);
    auto& answer = call(user).answer_;
    if (key == ":status") answer.status = number(text).value_or(0);
    if (key == "grpc-status") answer.grpc_status = number(text);
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t* data, std::size_t size,
                     void* user) {
    auto& body = call(user).answer_.body;
    body.append(reinterpret_cast<const char*>(data), std::min(size, most_body - body.size()));
    return 0;
  }

  // As much of a body as anybody looks at has come: the call is as good as over.
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& self = call(user);
    if (frame->hd.type == NGHTTP2_DATA && self.answer_.body.size() == most_body) self.closed_ = true;
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t, std::uint32_t error, void* user) {
    auto& self = call(user);
    self.closed_ = true;
    self.error_ = error;
    return 0;
  }

  static ssize_t read_message(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t room,
                              std::uint32_t* flags, nghttp2_data_source*, void* user) {
    auto& rest = call(user).message_;
    const auto size = std::min(room, rest.size());
    std::memcpy(into, rest.data(), size);
    rest.remove_prefix(size);
    if (rest.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
  }

  static nghttp2_session* make_session(H2Call& self) {
    nghttp2_session_callbacks* callbacks = nullptr;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc();
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session* session = nullptr;
    const int made = nghttp2_session_client_new(&session, callbacks, &self);
    nghttp2_session_callbacks_del(callbacks);
    if (made != 0) throw std::bad_alloc();
    return session;
  }
};

H2Call::H2Call(const CheckQuestion& question) {
  session_.reset(Callbacks::make_session(*this));
  constexpr std::array settings{nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  submit(question);
}

void H2Call::submit(const CheckQuestion& question) {
  const auto& check = *question.check;
  const bool grpc = check.protocol == HealthProtocol::grpc;
  std::vector<std::string> names;  // HTTP/2 has no capitals in them
  for (const auto& [name, value] : check.headers) names.push_back(lower(name));
  const bool is_plain = question.tls == CheckQuestion::Tls::none;
  std::vector<nghttp2_nv> fields{
      field(":method", grpc ? "POST" : "GET"), field(":scheme", is_plain ? "http" : "https"),
      field(":authority", question.authority), field(":path", check.path)};
  if (grpc) {
    fields.push_back(field("content-type", "application/grpc"));
    fields.push_back(field("te", "trailers"));
    message_ = empty_message;
  }
  if (std::ranges::find(names, "user-agent") == names.end())
    fields.push_back(field("user-agent", check_user_agent));
  for (std::size_t i = 0; i < names.size(); ++i) fields.push_back(field(names[i], check.headers[i].second));
  nghttp2_data_provider message{};
  message.read_callback = Callbacks::read_message;
  const auto stream = nghttp2_submit_request(session_.get(), nullptr, fields.data(), fields.size(),
                                             grpc ? &message : nullptr, nullptr);
  closed_ = stream < 0;
  error_ = closed_ ? NGHTTP2_INTERNAL_ERROR : NGHTTP2_NO_ERROR;
}

std::string_view H2Call::output() {
  const std::uint8_t* data = nullptr;
  const auto size = nghttp2_session_mem_send(session_.get(), &data);
  return size > 0 ? std::string_view(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size))
                  : std::string_view();
}

void H2Call::receive(std::string_view bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  if (nghttp2_session_mem_recv(session_.get(), data, bytes.size()) < 0) broken_ = true;
}

bool H2Call::is_broken() const noexcept {
  return broken_ || (!closed_ && nghttp2_session_want_read(session_.get()) == 0);
}

}  // namespace sluice
