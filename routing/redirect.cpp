#include "routing/redirect.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "routing/header_id.h"
#include "routing/request_head.h"

namespace sluice {
namespace {

struct Token {
  std::string_view text;
  UrlPart part;
};
constexpr std::array<Token, 5> tokens{{{"#{protocol}", UrlPart::protocol},
                                       {"#{host}", UrlPart::host},
                                       {"#{port}", UrlPart::port},
                                       {"#{path}", UrlPart::path},
                                       {"#{query}", UrlPart::query}}};

// ALB's: what may stand in the template of each part. No host is ever made from what a client may choose
// freely, as its path.
std::string_view allowed_tokens(UrlPart part) noexcept {
  switch (part) {
    case UrlPart::protocol:
      return "#{protocol}";
    case UrlPart::host:
      return "#{host}";
    case UrlPart::port:
      return "#{port}";
    case UrlPart::path:
      return "#{host} #{path} #{port}";
    default:
      return "#{protocol} #{host} #{port} #{path} #{query}";
  }
}

bool may_stand_in(char c, UrlPart part) noexcept {
  constexpr std::string_view sub_delimiters = "!$&'()*+,;=", unreserved_marks = "-._~";
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  if (alphanumeric || unreserved_marks.find(c) != std::string_view::npos) return true;
  if (part == UrlPart::host) return c == '[' || c == ']' || c == ':';
  const bool path = sub_delimiters.find(c) != std::string_view::npos ||
                    std::string_view("/:@%").find(c) != std::string_view::npos;
  return path || (part == UrlPart::query && c == '?');  // RFC 3986 §3.3 and §3.4
}

bool is_port(std::string_view text) noexcept {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && !text.starts_with('0');
}

// none: there is no such token.
UrlPart part_of(std::string_view token) noexcept {
  const auto found = std::ranges::find(tokens, token, &Token::text);
  return found == tokens.end() ? UrlPart::none : found->part;
}

bool is_hex(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

bool is_escape(std::string_view text) noexcept {
  return text.size() == 3 && is_hex(text[1]) && is_hex(text[2]);
}

// What is wrong with a template as a whole; empty: nothing.
std::string why_not(UrlPart part, std::string_view text) {
  if (text.empty() && part != UrlPart::query) return "must not be empty";
  if (part == UrlPart::protocol && text != "http" && text != "https" && text != "#{protocol}")
    return "`" + std::string(text) + "` is not known; it must be http, https or #{protocol}";
  if (part == UrlPart::port && text != "#{port}" && !is_port(text))
    return "`" + std::string(text) + "` is not a port; write 1 to 65535 or #{port}";
  if (part == UrlPart::host && !text.starts_with('[') && text.find(':') != std::string_view::npos)
    return "is written without a port, which has a key of its own";
  if (part == UrlPart::path && !text.starts_with('/')) return "must begin with `/`, as /#{path}";
  if (part == UrlPart::query && text.starts_with('?')) return "is written without the `?`";
  return {};
}

std::string not_a_character(UrlPart part) {
  if (part == UrlPart::host) return "has a character that no host has";
  return "has a character that a URL must have as an escape; write %20 for a space, say";
}

std::string_view own_port(std::string_view protocol) noexcept {
  return protocol == "https" ? "443" : "80";
}

// The port that an authority names; else that of the protocol.
std::string_view port_of(const RedirectSource& request) noexcept {
  const auto host = host_without_port(request.authority);
  const auto rest = request.authority.substr(host.size());
  return rest.size() > 1 ? rest.substr(1) : own_port(request.protocol);
}

std::string_view value_of(UrlPart part, const RedirectSource& request) noexcept {
  switch (part) {
    case UrlPart::protocol:
      return request.protocol;
    case UrlPart::host:
      return host_without_port(request.authority);
    case UrlPart::port:
      return port_of(request);
    case UrlPart::path:
      return request.path.starts_with('/') ? request.path.substr(1) : std::string_view();
    case UrlPart::query:
      return request.query;
    case UrlPart::none:
      break;
  }
  return {};
}

// Appends what a template makes of the request; that text.
std::string_view append(std::string& location, const RedirectTemplate& pieces,
                        const RedirectSource& request) {
  const auto begin = location.size();
  for (const auto& [text, part] : pieces) {
    location += text;
    location += value_of(part, request);
  }
  return std::string_view(location).substr(begin);
}

bool take(std::string_view& text, std::string_view front) noexcept {
  if (!equal_ignoring_case(text.substr(0, front.size()), front)) return false;
  text.remove_prefix(front.size());
  return true;
}

// Whether the Location, written as below, is where the request came from.
bool leads_back(std::string_view location, const RedirectSource& request) noexcept {
  const auto port = port_of(request);
  if (!take(location, request.protocol) || !take(location, "://") ||
      !take(location, value_of(UrlPart::host, request)))
    return false;
  if (port != own_port(request.protocol) && (!take(location, ":") || !take(location, port))) return false;
  if (!location.starts_with(request.path)) return false;  // letters count from here on
  location.remove_prefix(request.path.size());
  if (request.query.empty()) return location.empty();
  return location.starts_with('?') && location.substr(1) == request.query;
}

}  // namespace

Result<RedirectTemplate, std::string> parse_redirect(UrlPart part, std::string_view text) {
  if (auto reason = why_not(part, text); !reason.empty()) return failure(std::move(reason));
  RedirectTemplate pieces(1);
  while (!text.empty()) {
    if (text.starts_with("#{")) {
      const auto token = text.substr(0, std::min(text.find('}'), text.size() - 1) + 1);
      const auto stands_for = part_of(token);
      if (stands_for == UrlPart::none || allowed_tokens(part).find(token) == std::string_view::npos)
        return failure("`" + std::string(token) + "` cannot stand here; this may have " +
                       std::string(allowed_tokens(part)));
      pieces.back().part = stands_for;
      pieces.emplace_back();
      text.remove_prefix(token.size());
    } else if (!may_stand_in(text.front(), part) || (text.front() == '%' && !is_escape(text.substr(0, 3)))) {
      return failure(not_a_character(part));
    } else {
      pieces.back().text += text.front();
      text.remove_prefix(1);
    }
  }
  if (pieces.back().text.empty()) pieces.pop_back();
  return pieces;
}

RedirectTo write_redirect(std::string& location, const Redirect& redirect, const RedirectSource& request) {
  location.clear();
  const bool secure = append(location, redirect.protocol, request) == "https";
  location += "://";
  if (append(location, redirect.host, request).empty()) return RedirectTo::nowhere;
  const auto host_end = location.size();
  location += ':';
  if (append(location, redirect.port, request) == own_port(secure ? "https" : "http"))
    location.resize(host_end);
  append(location, redirect.path, request);
  const auto path_end = location.size();
  location += '?';
  if (append(location, redirect.query, request).empty()) location.resize(path_end);
  return leads_back(location, request) ? RedirectTo::itself : RedirectTo::elsewhere;
}

}  // namespace sluice
