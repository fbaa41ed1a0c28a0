#include "routing/cookies.h"

#include <algorithm>

#include "routing/trimmed.h"

namespace sluice {
namespace {

std::string_view without_trailing_blanks(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

CookieValues::CookieValues(const Fields& fields, std::string_view name) noexcept
    : name_(name), next_(fields.begin()), end_(fields.end()) {
  if (!fields.has(HeaderId::cookie) || name.empty()) next_ = end_;
}

// From `;` to `;`: what others keep in their values is not looked at.
std::optional<std::string_view> CookieValues::next() noexcept {
  while (next_pair()) {
    if (pair_.size() <= name_.size() || pair_[name_.size()] != '=' || !pair_.starts_with(name_)) continue;
    return without_trailing_blanks(pair_.substr(name_.size() + 1));
  }
  return {};
}

bool CookieValues::next_pair() noexcept {
  while (left_.empty()) {
    while (next_ != end_ && next_->id != HeaderId::cookie) ++next_;
    if (next_ == end_) return false;
    left_ = (next_++)->value;
  }
  while (!left_.empty() && is_blank(left_.front())) left_.remove_prefix(1);
  const auto end = std::min(left_.find(';'), left_.size());
  pair_ = left_.substr(0, end);
  left_.remove_prefix(std::min(end + 1, left_.size()));
  return true;
}

std::optional<std::string_view> find_cookie(const Fields& fields, std::string_view name) noexcept {
  return CookieValues(fields, name).next();
}

}  // namespace sluice
