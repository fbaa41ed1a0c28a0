// Experiments as layers: those that exclude each other share one line, on which each keeps what it has when
// another changes.
#pragma once

#include <memory>
#include <vector>

#include "control/compile_service.h"

namespace sluice {

// Services by their index in `services`, which conditions and arms refer to. Layers and arms that `previous`
// has keep their splits and move only by what the new shares and weights ask for.
[[nodiscard]] std::vector<std::shared_ptr<const Layer>> compile_layers(const config::Config& config,
                                                                       const std::vector<Service>& services,
                                                                       const Snapshot& previous,
                                                                       Slots& slots);

// The conditions of a rule or an audience, with all that a share needs to know. `owner` names it: "rule
// web/10".
[[nodiscard]] std::vector<Condition> compile_conditions(std::vector<Condition> conditions,
                                                        const std::string& owner, std::size_t service,
                                                        SlotTable& decisions);

}  // namespace sluice
