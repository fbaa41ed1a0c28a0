#include "routing/rule.h"

namespace sluice {
namespace {

bool same_edits(const std::shared_ptr<const HeaderEdits>& a, const std::shared_ptr<const HeaderEdits>& b) {
  if (!a || !b) return a == b;
  return *a == *b;
}

}  // namespace

bool Rule::operator==(const Rule& other) const {
  return priority == other.priority && conditions == other.conditions && action == other.action &&
         url_rewrite == other.url_rewrite && host_header_rewrite == other.host_header_rewrite &&
         same_edits(response_headers, other.response_headers);
}

}  // namespace sluice
