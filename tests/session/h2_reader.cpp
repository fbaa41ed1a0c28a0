#include "tests/session/h2_reader.h"

#include <algorithm>
#include <cstdio>

namespace sluice::session {
namespace {

constexpr std::size_t frame_header = 9;

std::uint32_t number(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

nghttp2_hd_inflater* new_inflater() {
  nghttp2_hd_inflater* made = nullptr;
  nghttp2_hd_inflate_new(&made);
  return made;
}

std::string_view without_padding(std::string_view payload, std::uint8_t flags) {
  if (!(flags & NGHTTP2_FLAG_PADDED) || payload.empty()) return payload;
  const auto padding = number(payload.substr(0, 1));
  payload.remove_prefix(1);
  payload.remove_suffix(std::min<std::size_t>(padding, payload.size()));
  return payload;
}

std::string first_line(const std::vector<std::pair<std::string, std::string>>& block) {
  std::string method, path, status;
  for (const auto& [name, value] : block) {
    if (name == ":method") method = value;
    if (name == ":path") path = value;
    if (name == ":status") status = value;
  }
  return status.empty() ? method + " " + path + " HTTP/1.1\r\n" : "HTTP/1.1 " + status + " \r\n";
}

}  // namespace

H2Reader::H2Reader(Speaker speaker)
    : speaker_(speaker),
      inflater_(new_inflater(), nghttp2_hd_inflate_del),
      preface_left_(speaker == Speaker::client ? NGHTTP2_CLIENT_MAGIC_LEN : 0) {}

void H2Reader::read(std::string_view bytes) {
  const auto preface = std::min(preface_left_, bytes.size());
  preface_left_ -= preface;
  rest_.append(bytes.substr(preface));
  std::string_view left = rest_;
  while (left.size() >= frame_header) {
    const std::size_t size = number(left.substr(0, 3));
    if (left.size() < frame_header + size) break;
    take({.type = static_cast<std::uint8_t>(left[3]),
          .flags = static_cast<std::uint8_t>(left[4]),
          .stream = static_cast<std::int32_t>(number(left.substr(5, 4)) & 0x7FFFFFFF),
          .payload = left.substr(frame_header, size)});
    left.remove_prefix(frame_header + size);
  }
  rest_.erase(0, rest_.size() - left.size());
}

void H2Reader::take(const Frame& frame) {
  switch (frame.type) {
    case NGHTTP2_DATA:
      return take_data(frame);
    case NGHTTP2_HEADERS:
      return take_headers(frame);
    case NGHTTP2_CONTINUATION:
      block_.append(frame.payload);
      if (frame.flags & NGHTTP2_FLAG_END_HEADERS) take_block();
      return;
    case NGHTTP2_RST_STREAM:
      streams_[frame.stream].reset = number(frame.payload);
      return;
    case NGHTTP2_GOAWAY:
      last_stream_ = static_cast<std::int32_t>(number(frame.payload.substr(0, 4)) & 0x7FFFFFFF);
      return;
    default:
      return;
  }
}

void H2Reader::take_data(const Frame& frame) {
  auto& stream = streams_[frame.stream];
  const auto data = without_padding(frame.payload, frame.flags);
  if (!data.empty()) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", data.size());
    stream.text.append(size).append(data).append("\r\n");
  }
  if (!(frame.flags & NGHTTP2_FLAG_END_STREAM)) return;
  stream.text += "0\r\n\r\n";
  stream.ended = true;
}

void H2Reader::take_headers(const Frame& frame) {
  auto payload = without_padding(frame.payload, frame.flags);
  if (frame.flags & NGHTTP2_FLAG_PRIORITY) payload.remove_prefix(std::min<std::size_t>(5, payload.size()));
  block_ = payload;
  block_stream_ = frame.stream;
  block_ends_stream_ = (frame.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (frame.flags & NGHTTP2_FLAG_END_HEADERS) take_block();
}

H2Reader::Block H2Reader::inflate() {
  Block block;
  const auto* in = reinterpret_cast<const std::uint8_t*>(block_.data());
  auto left = block_.size();
  for (;;) {
    nghttp2_nv field;
    int flags = 0;
    const auto used = nghttp2_hd_inflate_hd2(inflater_.get(), &field, &flags, in, left, 1);
    if (used < 0) break;
    in += used;
    left -= static_cast<std::size_t>(used);
    if (flags & NGHTTP2_HD_INFLATE_EMIT)
      block.emplace_back(std::string(reinterpret_cast<char*>(field.name), field.namelen),
                         std::string(reinterpret_cast<char*>(field.value), field.valuelen));
    if (flags & NGHTTP2_HD_INFLATE_FINAL) break;
  }
  nghttp2_hd_inflate_end_headers(inflater_.get());
  return block;
}

// A head; what comes after the final one is trailers.
void H2Reader::take_block() {
  auto& stream = streams_[block_stream_];
  const auto block = inflate();
  const bool trailers = stream.head;
  const auto line = trailers ? "0\r\n" : first_line(block);
  const bool interim = line.starts_with("HTTP/1.1 1");
  stream.text += line;
  bool has_length = false;
  for (const auto& [name, value] : block) {
    // What is not over with its head ends by END_STREAM, whatever it says of its length.
    if (name == "content-length" && !block_ends_stream_) continue;
    has_length |= name == "content-length";
    if (name == ":authority") stream.text += "host: " + value + "\r\n";
    if (!name.starts_with(':')) stream.text += name + ": " + value + "\r\n";
  }
  if (!trailers && !interim) {
    stream.head = true;
    if (!block_ends_stream_) stream.text += "transfer-encoding: chunked\r\n";
    if (block_ends_stream_ && !has_length) stream.text += "content-length: 0\r\n";
  }
  stream.text += "\r\n";
  if (block_ends_stream_) stream.ended = true;
}

}  // namespace sluice::session
