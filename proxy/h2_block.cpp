#include "proxy/h2_block.h"

#include "proxy/h1_head.h"
#include "proxy/trailing_fields.h"
#include "proxy/upgrade.h"

namespace sluice {
namespace {

using Refusal = H2Block::Refusal;

constexpr std::size_t most_pseudo_fields = 5;
constexpr std::size_t usual_size = 500, usual_fields = 24;  // one allocation each for most heads

auto bad(std::string_view reason) {
  return failure(Refusal{ErrorCode::bad_request, reason});
}

bool is_target(std::string_view path, std::string_view method) noexcept {
  if (path == "*") return method == "OPTIONS";
  return path.starts_with('/') && is_target_text(path);
}

struct Pseudo {
  std::string_view method, scheme, authority, path, protocol;

  // The size tells them apart, all but two.
  void take(std::string_view name, std::string_view value) noexcept {
    switch (name.size()) {
      case 5:
        return take(":path", path, name, value);
      case 7:
        return name[1] == 'm' ? take(":method", method, name, value) : take(":scheme", scheme, name, value);
      case 9:
        return take(":protocol", protocol, name, value);
      case 10:
        return take(":authority", authority, name, value);
    }
  }

 private:
  static void take(std::string_view known, std::string_view& into, std::string_view name,
                   std::string_view value) noexcept {
    if (name == known) into = value;
  }
};

// RFC 9113 §8.3.1: an authority and a Host that differ are a way around whoever looks at one of them.
Result<void, Refusal> settle_authority(RequestHead& head, const Pseudo& pseudo, std::string_view host,
                                       int hosts) {
  if (hosts > 1) return bad("there are several Host fields");
  head.authority = pseudo.authority.empty() ? host : pseudo.authority;
  if (!is_authority(head.authority)) return bad("the authority is missing or malformed");
  if (hosts == 1 && !equal_ignoring_case(host, head.authority))
    return bad("the Host field differs from :authority");
  return {};
}

Result<void, Refusal> settle_target(RequestHead& head, const Pseudo& pseudo) {
  if (!is_token(pseudo.method)) return bad("the method is malformed");
  head.method = pseudo.method;
  if (head.method == "CONNECT" && !pseudo.protocol.empty()) {
    if (!is_websocket(pseudo.protocol))
      return failure(Refusal{ErrorCode::not_implemented, "the protocol of a CONNECT can only be websocket"});
    head.method = "GET";  // as HTTP/1.1 says it
  }
  if (head.method == "TRACE" || head.method == "CONNECT")
    return failure(Refusal{ErrorCode::method_not_allowed, "CONNECT and TRACE are not allowed"});
  if (!is_target(pseudo.path, head.method)) return bad("the request target is malformed");
  head.target = pseudo.path;
  const auto question = head.target.find('?');
  head.path = head.target.substr(0, question);
  head.query = question == std::string_view::npos ? std::string_view() : head.target.substr(question + 1);
  return {};
}

}  // namespace

void H2Block::begin(const Limits& limits) noexcept {
  limits_ = limits;
  text_.clear();
  text_.reserve(usual_size);
  pieces_.clear();
  pieces_.reserve(usual_fields);
  cookies_.clear();
  protocol_ = {};
  error_ = ErrorCode::none;
}

// Of a bomb nothing is held while its sender waits for an answer.
void H2Block::refuse(ErrorCode error) noexcept {
  error_ = error;
  Text().swap(text_);  // an assignment of nothing keeps the capacity
  Pieces().swap(pieces_);
}

bool H2Block::add(std::string_view name, std::string_view value) {
  if (error_ != ErrorCode::none) return false;
  const auto size = name.size() + value.size();
  if (size > limits_.field || text_.size() + size > limits_.total)
    refuse(name == ":path" ? ErrorCode::uri_too_long : ErrorCode::header_too_large);
  else if (pieces_.size() >= limits_.fields + most_pseudo_fields)
    refuse(ErrorCode::too_many_headers);
  if (error_ != ErrorCode::none) return false;
  text_.append(name).append(value);
  pieces_.push_back({static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size())});
  return true;
}

template <class F>
void H2Block::for_each(const F& f) const {
  const char* at = text_.data();
  for (const auto& piece : pieces_) {
    f(std::string_view(at, piece.name), std::string_view(at + piece.name, piece.value));
    at += piece.name + piece.value;
  }
}

bool H2Block::is_interim() const noexcept {
  bool interim = false;
  for_each([&](std::string_view name, std::string_view value) {
    interim |= name == ":status" && value.starts_with('1');
  });
  return interim;
}

bool H2Block::take(Fields& fields, std::string_view name, std::string_view value, HeaderId id) noexcept {
  Field field{.name = name, .value = value, .id = id};
  if (fields.size() < limits_.fields && fields.add(field)) return true;
  error_ = ErrorCode::too_many_headers;
  return false;
}

// RFC 9113 §8.2.3: crumbs become one field again for whoever speaks HTTP/1.
std::string_view H2Block::join_cookies() {
  for_each([&](std::string_view name, std::string_view value) {
    if (name != "cookie") return;
    if (!cookies_.empty()) cookies_ += "; ";
    cookies_ += value;
  });
  return cookies_;
}

Result<void, Refusal> H2Block::read(RequestHead& head) {
  if (error_ != ErrorCode::none) return failure(Refusal{error_, {}});
  head.version = HttpVersion::http2;
  Pseudo pseudo;
  std::string_view host, cookie;
  int hosts = 0, crumbs = 0;
  bool fine = true;
  for_each([&](std::string_view name, std::string_view value) {
    if (name.starts_with(':')) return pseudo.take(name, value);
    const auto id = header_id(name);
    if (id == HeaderId::host) {
      host = value;
      ++hosts;
    } else if (id == HeaderId::cookie) {
      cookie = value;
      ++crumbs;
    } else {
      fine = fine && take(head.fields, name, value, id);
    }
  });
  if (crumbs > 1) cookie = join_cookies();
  if (crumbs > 0) fine = fine && take(head.fields, "cookie", cookie, HeaderId::cookie);
  if (!fine) return failure(Refusal{error_, {}});
  protocol_ = pseudo.protocol;
  if (auto settled = settle_target(head, pseudo); !settled) return settled;
  // Its DATA is the tunnel's: a GET of HTTP/1 with this length would wait for the next user's bytes.
  if (!protocol_.empty() && head.fields.has(HeaderId::content_length))
    return bad("an extended CONNECT has no Content-Length");
  return settle_authority(head, pseudo, host, hosts);
}

Result<void, Refusal> H2Block::read(ResponseHead& head) {
  if (error_ != ErrorCode::none)
    return failure(Refusal{ErrorCode::upstream_bad_response, "the header is too large"});
  head.version = HttpVersion::http2;
  bool fine = true;
  for_each([&](std::string_view name, std::string_view value) {
    if (name == ":status") {
      for (const char c : value) head.status = static_cast<std::uint16_t>(head.status * 10 + (c - '0'));
    } else {
      fine = fine && take(head.fields, name, value, header_id(name));
    }
  });
  if (!fine || head.status < 100 || head.status > 599)
    return failure(Refusal{ErrorCode::upstream_bad_response, "the header is malformed"});
  return {};
}

Result<void, Refusal> H2Block::read(Fields& trailers) {
  if (error_ != ErrorCode::none) return failure(Refusal{error_, {}});
  bool fine = true;
  for_each([&](std::string_view name, std::string_view value) {
    const auto id = header_id(name);
    if (may_trail({.name = name, .value = value, .id = id})) fine = fine && take(trailers, name, value, id);
  });
  if (!fine) return failure(Refusal{error_, {}});
  return {};
}

}  // namespace sluice
