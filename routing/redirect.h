// An answer that sends the client elsewhere, in ALB's words: five templates with #{tokens} for the parts of
// the request, cut into pieces once, with the configuration.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "routing/result.h"

namespace sluice {

enum class UrlPart : std::uint8_t { none, protocol, host, port, path, query };

// Text that stands as it is, then a part of the request.
struct RedirectPiece {
  std::string text;
  UrlPart part = UrlPart::none;
  bool operator==(const RedirectPiece&) const = default;
};
using RedirectTemplate = std::vector<RedirectPiece>;

struct Redirect {
  std::uint16_t status = 302;
  RedirectTemplate protocol, host, port, path, query;
  bool operator==(const Redirect&) const = default;
};

// `text` as the template of that part of the Location ("/#{path}" for the path). The error is a sentence for
// the configuration's author: tokens that there are not or not there, characters that a URL cannot have.
[[nodiscard]] Result<RedirectTemplate, std::string> parse_redirect(UrlPart part, std::string_view text);

// What the tokens stand for.
struct RedirectSource {
  std::string_view protocol;   // http or https
  std::string_view authority;  // host, or host:port, as strictly parsed
  std::string_view path;       // canonical
  std::string_view query;      // as strictly parsed, without the '?'
};

enum class RedirectTo : std::uint8_t {
  elsewhere,
  itself,   // the client would come back for ever
  nowhere,  // it wants the host of a request that named none (HTTP/1.0)
};

// The whole Location, which leaves out a port that is its protocol's own and the '?' of an empty query. No
// line break can get into it: templates have none, and the parser refuses a request with one in these parts.
[[nodiscard]] RedirectTo write_redirect(std::string& location, const Redirect& redirect,
                                        const RedirectSource& request);

}  // namespace sluice
