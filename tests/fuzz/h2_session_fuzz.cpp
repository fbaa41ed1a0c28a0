// HTTP/2 sessions: whatever a peer says, to a server or to a client, in whatever pieces, what is held stays
// bounded, and a stream that is served gets an end.
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "proxy/h2_session.h"
#include "tests/fuzz/require.h"

namespace sluice::fuzz {
namespace {

constexpr std::size_t most_held = 2 * 1024 * 1024;  // bytes, of one connection

struct FuzzedStream final : H2Stream {};

class Conversation final : public H2Session::Streams {
 public:
  explicit Conversation(H2Session::Role role)
      : session_(role, settings(), role == H2Session::Role::server ? this : nullptr) {
    if (role == H2Session::Role::client) ask();
  }
  ~Conversation() {
    for (auto& stream : streams_) session_.release(*stream);
  }

  // False: the connection is over.
  bool receive(std::string_view bytes, bool answer) {
    bool fine = true;
    while (fine && !bytes.empty()) fine = session_.receive(bytes);
    while (auto* stream = session_.next_with_news()) serve(*stream, answer);
    drain();
    return fine && !session_.is_over();
  }

 private:
  static H2Settings settings() {
    H2Settings settings;
    settings.max_streams = 8;
    return settings;
  }

  H2Stream* begin_stream() override {
    if (streams_.size() >= 8) return nullptr;
    streams_.push_back(std::make_unique<FuzzedStream>());
    return streams_.back().get();
  }

  void ask() {
    const auto bytes = [](const char* text) {
      return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text));
    };
    const nghttp2_nv fields[] = {{bytes(":method"), bytes("GET"), 7, 3, 0},
                                 {bytes(":scheme"), bytes("http"), 7, 4, 0},
                                 {bytes(":authority"), bytes("a"), 10, 1, 0},
                                 {bytes(":path"), bytes("/"), 5, 1, 0}};
    streams_.push_back(std::make_unique<FuzzedStream>());
    BodyPart nothing;
    nothing.end = true;
    require(session_.send_request(*streams_.back(), fields, nothing));
    drain();
  }

  void serve(H2Stream& stream, bool answer) {
    if (stream.has_head()) {
      RequestHead request;
      ResponseHead response;
      auto& block = stream.take_head();
      if (block.read(request)) require(request.path.starts_with('/') || request.path == "*");
      std::ignore = block.read(response);
      if (answer && stream.is_open()) respond(stream);
    }
    BodyPart part;
    if (stream.take_arrivals(part) == BodyStatus::ok) require(part.bytes <= most_held);
    session_.give_back_window(stream);
    if (stream.is_closed())
      std::erase_if(streams_, [&](const auto& each) {
        return each.get() == &stream && (session_.release(stream), true);
      });
  }

  void respond(H2Stream& stream) {
    static const std::string body(1000, 'x');
    static const BodyPart all = [] {
      BodyPart part;
      part.add(body);
      part.end = true;
      return part;
    }();
    const auto bytes = [](const char* text) {
      return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text));
    };
    const nghttp2_nv fields[] = {{bytes(":status"), bytes("200"), 7, 3, 0}};
    std::ignore = session_.send_response(stream, fields, all);
  }

  void drain() {
    std::vector<char> out(4096);
    for (std::size_t sent = 0; session_.wants_write();) {
      const auto size = session_.produce(out);
      if (size == 0) return;
      sent += size;
      require(sent <= most_held);
    }
  }

  std::list<std::unique_ptr<FuzzedStream>> streams_;
  H2Session session_;
};

void play(H2Session::Role role, std::string_view input, std::size_t step, bool answer) {
  Conversation peer(role);
  const bool server = role == H2Session::Role::server;
  if (server && !peer.receive("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", answer)) return;
  for (; !input.empty(); input.remove_prefix(std::min(step, input.size())))
    if (!peer.receive(input.substr(0, step), answer)) return;
}

}  // namespace
}  // namespace sluice::fuzz

// The first byte says how it is played.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = (data[0] & 4) != 0 ? 1 : 4096;
  fuzz::play((data[0] & 1) != 0 ? H2Session::Role::client : H2Session::Role::server, input, step,
             (data[0] & 2) != 0);
  return 0;
}
