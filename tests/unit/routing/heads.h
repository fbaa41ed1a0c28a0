// A request head for tests, which owns nothing: texts must be literals or outlive it.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "routing/request_head.h"

namespace sluice {

inline RequestHead head_of(std::string_view method, std::string_view target,
                           std::string_view authority = "example.com",
                           std::initializer_list<std::pair<std::string_view, std::string_view>> fields = {}) {
  RequestHead head;
  head.method = method;
  head.target = target;
  const auto question = target.find('?');
  head.path = target.substr(0, question);
  head.query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  head.authority = authority;
  for (const auto& [name, value] : fields) static_cast<void>(head.fields.add({name, value, header_id(name)}));
  return head;
}

}  // namespace sluice
