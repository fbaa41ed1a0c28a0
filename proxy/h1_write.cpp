#include "proxy/h1_write.h"

#include <algorithm>
#include <charconv>

namespace sluice {
namespace {

constexpr std::string_view last_chunk = "0\r\n\r\n";

std::unique_ptr<std::string> last_chunk_with(const Fields& trailers) {
  auto text = std::make_unique<std::string>("0\r\n");
  for (const auto& field : trailers) text->append(field.name).append(": ").append(field.value).append("\r\n");
  text->append("\r\n");
  return text;
}

}  // namespace

H1Write::H1Write(std::string_view head, const BodyPart& part, Encoding encoding) {
  const bool chunked = encoding == Encoding::chunked;
  add(head);
  if (chunked && part.bytes != 0) add_size_line(part.bytes);
  std::copy_n(part.pieces.begin(), part.count, list_.begin() + count_);
  count_ += part.count;
  if (chunked && part.bytes != 0) add("\r\n");
  if (chunked && part.end) {
    if (part.trailers) trailers_ = last_chunk_with(*part.trailers);
    add(trailers_ ? std::string_view(*trailers_) : last_chunk);
  }
  left_ = {list_.data(), count_};
}

void H1Write::add(std::string_view bytes) noexcept {
  if (!bytes.empty()) list_[count_++] = {const_cast<char*>(bytes.data()), bytes.size()};
}

// RFC 9112 §7.1: the size in hex.
void H1Write::add_size_line(std::size_t bytes) noexcept {
  auto* end = std::to_chars(size_line_.data(), size_line_.data() + 16, bytes, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  add({size_line_.data(), static_cast<std::size_t>(end - size_line_.data())});
}

IoStatus H1Write::try_on(Stream& stream) {
  while (!left_.empty()) {
    const auto result = stream.try_write(left_);
    if (result.status != IoStatus::ok) return result.status;
    left_ = advance(left_, result.bytes);
  }
  return IoStatus::ok;
}

Awaitable<IoStatus> H1Write::finish(Stream& stream) {
  const auto result = co_await stream.write_all(left_);
  co_return result.status;
}

}  // namespace sluice
