// What a target group says of its targets' health: which are chosen, checked and ejected. Called by
// read_service.
#pragma once

#include "control/health_config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] Result<Algorithm, std::string> algorithm(std::string_view text);
// "identity", "address" or "header:NAME".
[[nodiscard]] Result<HashBy, std::string> hash_by(std::string_view text);
// "200-299,301": status codes from 200 to 499.
[[nodiscard]] Result<std::vector<CodeRange>, std::string> matcher(std::string_view text);
// "0,12": codes from 0 to 99.
[[nodiscard]] Result<std::vector<CodeRange>, std::string> grpc_matcher(std::string_view text);
// `traffic`: how the targets are spoken to otherwise, which is how they are checked if nothing else is said.
[[nodiscard]] HealthCheck read_health_check(Mapping& check, HealthProtocol traffic);
[[nodiscard]] Outlier read_outlier(Mapping& outlier);
void read_capacity(Mapping& limits, Capacity& into);

}  // namespace sluice::config
