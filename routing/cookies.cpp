#include "routing/cookies.h"

#include <cstring>

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
  while (at_ != end_of_field_ || next_field()) {
    while (at_ != end_of_field_ && is_blank(*at_)) ++at_;
    const char* const pair = at_;
    const auto left = static_cast<std::size_t>(end_of_field_ - pair);
    const auto* const semicolon = static_cast<const char*>(std::memchr(pair, ';', left));
    const auto size = semicolon ? static_cast<std::size_t>(semicolon - pair) : left;
    at_ = semicolon ? semicolon + 1 : end_of_field_;
    if (size <= name_.size() || pair[name_.size()] != '=') continue;
    if (std::memcmp(pair, name_.data(), name_.size()) != 0) continue;
    return without_trailing_blanks({pair + name_.size() + 1, size - name_.size() - 1});
  }
  return {};
}

// False if there is none; it is not empty.
bool CookieValues::next_field() noexcept {
  for (; next_ != end_; ++next_) {
    if (next_->id != HeaderId::cookie || next_->value.empty()) continue;
    at_ = next_->value.data();
    end_of_field_ = at_ + next_->value.size();
    ++next_;
    return true;
  }
  return false;
}

std::optional<std::string_view> find_cookie(const Fields& fields, std::string_view name) noexcept {
  return CookieValues(fields, name).next();
}

}  // namespace sluice
