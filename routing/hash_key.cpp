#include "routing/hash_key.h"

#include "routing/point.h"

namespace sluice {
namespace {

std::string_view find_header(const Fields& fields, std::string_view name) noexcept {
  for (const auto& field : fields)
    if (equal_ignoring_case(field.name, name)) return field.value;
  return {};
}

std::string_view address_of(const RequestHead& head) noexcept {
  return {reinterpret_cast<const char*>(head.client.data()), head.client.size()};
}

}  // namespace

std::uint64_t hash_key(const HashBy& by, const RequestHead& head,
                       std::optional<std::string_view> identity) noexcept {
  using From = HashBy::From;
  auto text = by.from == From::header ? find_header(head.fields, by.header) : std::string_view();
  if (text.empty() && by.from != From::address) text = identity.value_or(std::string_view());
  return point_of(0, text.empty() ? address_of(head) : text);
}

}  // namespace sluice
