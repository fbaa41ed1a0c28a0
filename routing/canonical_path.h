// The one form of a path that rules are matched on and that is forwarded, so that no spelling walks around a
// rule: what may stand unescaped does (%61 is `a`), other escapes are in capitals, what must be escaped is,
// slashes are single and dot segments gone (RFC 3986 §5.2.4 and §6.2.2). Escapes of `/`, `\`, `;`, `+` and of
// what no path may have raw stay: they are not the same as the byte.
#pragma once

#include <string>
#include <string_view>

#include "routing/result.h"

namespace sluice {

// `path` itself if it is canonical already, else a view into `storage`, which must not hold it and keeps its
// capacity between requests. `*` (OPTIONS) is canonical. The error is a static sentence for a 400: escapes
// that are none, NUL, raw backslashes, `..` above the root, and dots that only some upstreams would walk by,
// behind an escaped slash or before parameters (`..%2Fadmin`, `..;x`).
[[nodiscard]] Result<std::string_view, std::string_view> canonical_path(std::string_view path,
                                                                        std::string& storage);

// The same in place, for the path that `text` begins with, up to `end`, which Sluice made itself: dot
// segments and bytes that must be escaped are errors, so that `text` never grows.
[[nodiscard]] Result<void, std::string_view> make_canonical(std::string& text, std::size_t end);

// Whether a canonical path has %2F or %5C, which some upstreams take for a slash.
[[nodiscard]] bool has_escaped_slash(std::string_view canonical) noexcept;

}  // namespace sluice
