#include "routing/rule.h"

namespace sluice {
namespace {

template <class Part>
bool same(const std::shared_ptr<const Part>& a, const std::shared_ptr<const Part>& b) {
  if (!a || !b) return a == b;
  return *a == *b;
}

}  // namespace

bool Rule::operator==(const Rule& other) const {
  return priority == other.priority && conditions == other.conditions && action == other.action &&
         url_rewrite == other.url_rewrite && host_header_rewrite == other.host_header_rewrite &&
         same(response_headers, other.response_headers) && same(rate_limit, other.rate_limit) &&
         same(fault, other.fault) && slot == other.slot;
}

}  // namespace sluice
