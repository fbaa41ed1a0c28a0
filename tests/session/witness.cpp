#include "tests/session/witness.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>

#include "tests/session/h2_reader.h"

namespace sluice::session {
namespace {

// An HTTP/2 connection in both directions.
struct Heard {
  H2Reader requests{H2Reader::Speaker::client};
  H2Reader responses{H2Reader::Speaker::server};

  Heard(std::string_view from_client, std::string_view from_server) {
    requests.read(from_client);
    responses.read(from_server);
  }
};

constexpr std::size_t index_of(std::int32_t stream) {
  return static_cast<std::size_t>(stream - 1) / 2;
}

std::vector<std::string> methods_of(const std::vector<Message>& requests) {
  std::vector<std::string> methods;
  for (const auto& request : requests) methods.push_back(request.method());
  return methods;
}

// A stream that was reset has no whole response, whatever its text looks like.
void add_response(Conversation& to, std::int32_t id, const H2Reader::Stream& stream,
                  const std::vector<std::string>& methods) {
  for (auto& message : responses_in(stream.text, methods, Ended::open).messages) {
    message.answers = index_of(id);
    if (message.status() >= 200) message.complete = message.complete && stream.is_whole();
    to.messages.push_back(std::move(message));
  }
}

Testimony testimony(const Heard& heard) {
  Testimony told;
  for (const auto& [id, stream] : heard.requests.streams()) {
    auto requests = requests_in(stream.text).messages;
    if (requests.empty()) continue;
    told.requests.messages.push_back(requests.front());
    const auto response = heard.responses.streams().find(id);
    if (response != heard.responses.streams().end())
      add_response(told.responses, id, response->second, methods_of(requests));
  }
  return told;
}

std::string excerpt(const std::string& bytes) {
  constexpr std::size_t enough = 700;
  if (bytes.size() <= enough) return bytes;
  return bytes.substr(0, enough) + "... (" + std::to_string(bytes.size()) + " bytes)";
}

std::string text_of(const H2Reader& reader) {
  std::string text;
  for (const auto& [id, stream] : reader.streams()) {
    text += "[stream " + std::to_string(id) + "] " + excerpt(stream.text);
    if (stream.reset) text += "[reset, code " + std::to_string(*stream.reset) + "]\n";
  }
  if (reader.last_stream()) text += "[goodbye after " + std::to_string(*reader.last_stream()) + "]\n";
  return text;
}

std::string transcript_of(Version version, const std::string& from_client, const std::string& from_server) {
  if (version == Version::h1) return excerpt(from_client) + "\n--- answered by:\n" + excerpt(from_server);
  const Heard heard(from_client, from_server);
  return text_of(heard.requests) + "\n--- answered by:\n" + text_of(heard.responses);
}

}  // namespace

Testimony with_client(const Story& story, const Played& played) {
  const auto& record = played.client;
  if (played.pairing.client == Version::h2) return testimony({record.delivered, record.written});
  return {requests_in(record.delivered), responses_in(record.written, story.methods, record.write_end)};
}

std::vector<Testimony> with_origins(const Played& played) {
  std::vector<Testimony> all;
  for (const auto& record : played.origin) {
    if (played.pairing.origin == Version::h2) {
      all.push_back(testimony({record.written, record.delivered}));
      continue;
    }
    auto requests = requests_in(record.written);
    auto responses = responses_in(record.delivered, methods_of(requests.messages), record.read_end);
    all.push_back({std::move(requests), std::move(responses)});
  }
  return all;
}

std::string transcript(const Played& played) {
  const auto& client = played.client;
  auto text = "\n--- client:\n" + transcript_of(played.pairing.client, client.delivered, client.written);
  for (const auto& connection : played.origin)
    text += "\n--- to the origin:\n" +
            transcript_of(played.pairing.origin, connection.written, connection.delivered);
  return text;
}

std::string stream_cut_short(const StreamRecord& client) {
  const Heard heard(client.delivered, client.written);
  const auto& responses = heard.responses.streams();
  for (const auto& [id, request] : heard.requests.streams()) {
    const auto response = responses.find(id);
    const bool answered = response != responses.end() && response->second.is_whole();
    const bool refused = response != responses.end() && response->second.reset == NGHTTP2_REFUSED_STREAM;
    const bool left_alone = heard.responses.last_stream() && id > *heard.responses.last_stream();
    if (request.head && !answered && !refused && !left_alone) return "stream " + std::to_string(id);
  }
  return {};
}

}  // namespace sluice::session
