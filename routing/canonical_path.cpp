#include "routing/canonical_path.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace sluice {
namespace {

constexpr std::string_view letters_and_digits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

// Plain: what an escape in a segment is only another spelling of. Not `;` and `+`, which some upstreams read
// as more than themselves.
enum : std::uint8_t { plain = 1, segment_byte = 2, settled = 4 };

// RFC 3986 §2.3 and §3.3. Settled is what a canonical path has without a closer look.
constexpr auto classes = [] {
  std::array<std::uint8_t, 256> table{};
  const auto mark = [&](std::string_view characters, std::uint8_t bits) {
    for (const char c : characters) table[static_cast<unsigned char>(c)] |= bits;
  };
  mark(letters_and_digits, plain | segment_byte | settled);
  mark("-._~!$&'()*,=:@", plain | segment_byte | settled);
  mark("+;", segment_byte | settled);
  mark("/", settled);
  return table;
}();

bool is(char c, std::uint8_t bits) noexcept {
  return (classes[static_cast<unsigned char>(c)] & bits) != 0;
}

// The common case: nothing escaped, nothing to escape, no `//` and no `/.`.
bool is_settled(std::string_view path) noexcept {
  if (!path.starts_with('/')) return false;
  char before = 0;
  for (const char c : path) {
    if (!is(c, settled) || (before == '/' && (c == '/' || c == '.'))) return false;
    before = c;
  }
  return true;
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

char* write_escape(char byte, char* out) noexcept {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  *out++ = '%';
  *out++ = digits[value >> 4];
  *out++ = digits[value & 15];
  return out;
}

// The byte that an escape stands for. NUL ends the path for whoever keeps it in a C string.
Result<char, std::string_view> read_escape(std::string_view escape) noexcept {
  using namespace std::string_view_literals;
  const int high = escape.size() > 1 ? hex_digit(escape[1]) : -1;
  const int low = escape.size() > 2 ? hex_digit(escape[2]) : -1;
  if (high < 0 || low < 0) return failure("a % in the path is not followed by two hex digits"sv);
  if (high == 0 && low == 0) return failure("the path has a NUL"sv);
  return static_cast<char>(high * 16 + low);
}

// Writes the segment in its canonical form; the end of it. `out` may be the segment's own place, or before
// it, as long as nothing gets longer.
Result<char*, std::string_view> write_segment(std::string_view segment, char* out) noexcept {
  using namespace std::string_view_literals;
  while (!segment.empty()) {
    const char c = segment.front();
    if (c == '%') {
      const auto byte = read_escape(segment.substr(0, 3));
      if (!byte) return failure(byte.error());
      segment.remove_prefix(3);
      if (is(*byte, plain)) {
        *out++ = *byte;
      } else {
        out = write_escape(*byte, out);
      }
      continue;
    }
    if (c == '\\') return failure("the path has a backslash"sv);
    if (c == '\0') return failure("the path has a NUL"sv);
    segment.remove_prefix(1);
    if (is(c, segment_byte)) {
      *out++ = c;
    } else {
      out = write_escape(c, out);
    }
  }
  return out;
}

bool is_dots(std::string_view segment) noexcept {
  return segment == "." || segment == "..";
}

// Whether a written segment has a dot segment for an upstream that takes %2F or %5C for a slash, or cuts off
// `;parameters` before it looks.
bool hides_dots(std::string_view segment) noexcept {
  while (true) {
    const auto slash = std::min(segment.find("%2F"), segment.find("%5C"));
    const auto part = segment.substr(0, slash);
    if (is_dots(part.substr(0, std::min(part.find(';'), part.find("%3B"))))) return true;
    if (slash == std::string_view::npos) return false;
    segment.remove_prefix(slash + 3);
  }
}

enum class DotSegments : std::uint8_t { removed, refused };

// A path as it grows, segment by segment. RFC 3986 §5.2.4, with what comes in behind what goes out.
class Written {
 public:
  Written(char* begin, DotSegments dots) noexcept : begin_(begin), end_(begin), dots_(dots) {}

  // Why not; empty: done. The last segment has no slash behind it.
  std::string_view add(std::string_view segment, bool last) noexcept {
    *end_ = '/';
    const auto written = write_segment(segment, end_ + 1);
    if (!written) return written.error();
    const std::string_view made(end_ + 1, *written);
    if (!is_dots(made)) {
      if (hides_dots(made)) return "a segment of the path hides dots";
      end_ = *written;
      return {};
    }
    if (dots_ == DotSegments::refused) return "the path has a dot segment";
    if (made == ".." && !go_up()) return "the path leads above the root";
    if (last) ++end_;  // "/a/." is "/a/"
    return {};
  }
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(end_ - begin_); }

 private:
  bool go_up() noexcept {
    if (end_ == begin_) return false;
    while (*--end_ != '/') {
    }
    return true;
  }

  char* begin_;
  char* end_;  // where the slash before the next segment goes
  DotSegments dots_;
};

// The size of what it wrote.
Result<std::size_t, std::string_view> write_path(std::string_view path, char* out,
                                                 DotSegments dots) noexcept {
  using namespace std::string_view_literals;
  if (!path.starts_with('/')) return failure("the path does not begin with a slash"sv);
  Written written(out, dots);
  while (!path.empty()) {
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    if (const auto reason = written.add(segment, path.empty()); !reason.empty()) return failure(reason);
  }
  return written.size();
}

}  // namespace

Result<std::string_view, std::string_view> canonical_path(std::string_view path, std::string& storage) {
  if (is_settled(path) || path == "*") return path;
  storage.resize(3 * path.size());  // each byte escaped
  const auto size = write_path(path, storage.data(), DotSegments::removed);
  if (!size) return failure(size.error());
  const auto made = std::string_view(storage).substr(0, *size);
  return made == path ? path : made;
}

bool has_escaped_slash(std::string_view canonical) noexcept {
  for (auto escape = canonical.find('%'); escape != canonical.npos;
       escape = canonical.find('%', escape + 3)) {
    const auto digits = canonical.substr(escape + 1, 2);
    if (digits == "2F" || digits == "5C") return true;
  }
  return false;
}

Result<void, std::string_view> make_canonical(std::string& text, std::size_t end) {
  using namespace std::string_view_literals;
  const auto path = std::string_view(text).substr(0, end);
  if (is_settled(path)) return {};
  for (const char c : path)
    if (!is(c, segment_byte) && c != '/' && c != '%')
      return failure("the path has a byte that must be escaped"sv);
  const auto size = write_path(path, text.data(), DotSegments::refused);
  if (!size) return failure(size.error());
  text.erase(*size, path.size() - *size);
  return {};
}

}  // namespace sluice
