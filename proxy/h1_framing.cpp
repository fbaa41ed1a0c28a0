#include "proxy/h1_framing.h"

#include <optional>

#include "proxy/h1_head.h"
#include "routing/trimmed.h"

namespace sluice {
namespace {

std::optional<std::uint64_t> parse_length(std::string_view text) noexcept {
  if (text.empty() || text.size() > 18) return {};  // 18 digits cannot overflow
  std::uint64_t length = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return length;
}

// The fields that frame a message, each of which may be there once.
struct FramingFields {
  const Field* length = nullptr;
  const Field* coding = nullptr;
  bool repeated = false;
};

FramingFields framing_fields(const Fields& fields) noexcept {
  FramingFields found;
  if (!fields.has(HeaderId::content_length) && !fields.has(HeaderId::transfer_encoding)) return found;
  for (const auto& field : fields) {
    if (field.id != HeaderId::content_length && field.id != HeaderId::transfer_encoding) continue;
    auto*& place = field.id == HeaderId::content_length ? found.length : found.coding;
    if (place) found.repeated = true;
    place = &field;
  }
  return found;
}

// "gzip, chunked" is well-formed and not ours to decode; anything else but a lone chunked is an attempt to
// confuse.
bool is_other_coding(std::string_view value) noexcept {
  const auto comma = value.find(',');
  if (comma == std::string_view::npos) return false;
  const auto first = value.substr(0, comma);
  auto last = value.substr(comma + 1);
  while (last.starts_with(' ') || last.starts_with('\t')) last.remove_prefix(1);
  return is_token(first) && !equal_ignoring_case(first, "chunked") &&
         !equal_ignoring_case(first, "identity") && equal_ignoring_case(last, "chunked");
}

// What both directions share; none if neither field is there.
Result<std::optional<Framing>, FramingError> stated_framing(const Fields& fields,
                                                            HttpVersion version) noexcept {
  const auto bad = [](std::string_view reason) {
    return failure(FramingError{ErrorCode::bad_request, reason});
  };
  const auto found = framing_fields(fields);
  if (found.repeated) return bad("Content-Length or Transfer-Encoding is repeated");
  if (found.coding) {
    if (found.length) return bad("there are both Content-Length and Transfer-Encoding");
    if (version == HttpVersion::http10) return bad("Transfer-Encoding in HTTP/1.0");
    if (!equal_ignoring_case(found.coding->value, "chunked")) {
      if (is_other_coding(found.coding->value))
        return failure(
            FramingError{ErrorCode::not_implemented, "only the transfer coding chunked is supported"});
      return bad("Transfer-Encoding is not chunked");
    }
    return Framing{.kind = Framing::Kind::chunked};
  }
  if (!found.length) return std::nullopt;
  const auto length = parse_length(found.length->value);
  if (!length) return bad("Content-Length is malformed");
  return Framing{.kind = *length ? Framing::Kind::length : Framing::Kind::none, .length = *length};
}

}  // namespace

Result<Framing, FramingError> request_framing(const RequestHead& head) noexcept {
  const auto stated = stated_framing(head.fields, head.version);
  if (!stated) return failure(stated.error());
  return stated->value_or(Framing{});
}

Result<Framing, FramingError> response_framing(const ResponseHead& head,
                                               std::string_view request_method) noexcept {
  const auto stated = stated_framing(head.fields, head.version);
  if (!stated) return failure(FramingError{ErrorCode::upstream_bad_response, stated.error().reason});
  if (request_method == "HEAD" || head.status == 204 || head.status == 304) return Framing{};
  return stated->value_or(Framing{.kind = Framing::Kind::until_close});
}

ConnectionOptions connection_options(const Fields& fields) noexcept {
  ConnectionOptions options;
  if (!fields.has(HeaderId::connection)) return options;
  for (const auto& field : fields) {
    if (field.id != HeaderId::connection) continue;
    for_each_token(field.value, [&](std::string_view token) {
      if (equal_ignoring_case(token, "close")) {
        options.close = true;
      } else if (equal_ignoring_case(token, "keep-alive")) {
        options.keep_alive = true;
      } else if (equal_ignoring_case(token, "upgrade")) {
        options.upgrade = true;
      } else {
        options.names_fields = true;
      }
    });
  }
  return options;
}

bool connection_names(const Fields& fields, std::string_view name) noexcept {
  bool named = false;
  for (const auto& field : fields) {
    if (field.id != HeaderId::connection) continue;
    for_each_token(field.value, [&](std::string_view token) { named |= equal_ignoring_case(token, name); });
  }
  return named;
}

}  // namespace sluice
