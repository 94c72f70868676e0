// SPDX-License-Identifier: GPL-3.0-or-later
// Name, label, unit, help and range of every parameter, listed once. Internal to this folder: others ask
// parameters.h.
#pragma once

#include <array>

#include "core/prepare/operations.h"
#include "core/prepare/parameters.h"

namespace somnium::prepare
{

constexpr double kLargestSide = 8192.0;
constexpr double kLargestValue = 1e30;

/// The words of each enumerator in JSON, and what people read, in the order of the enumerators.
template <class Enum> struct Words;
template <> struct Words<FillNan::With>
{
    static constexpr std::array kAll = {"zero", "median", "minimum"};
    static constexpr std::array kLabels = {"zero", "the median", "the minimum"};
};
template <> struct Words<Masked>
{
    static constexpr std::array kAll = {"zero", "nan", "median"};
    static constexpr std::array kLabels = {"zero", "empty (NaN)", "the median of the rest"};
};
template <> struct Words<SubtractBackground::Kind>
{
    static constexpr std::array kAll = {"median", "plane", "mesh"};
    static constexpr std::array kLabels = {"median", "plane", "mesh of boxes"};
};
template <> struct Words<MaskCircle::Keep>
{
    static constexpr std::array kAll = {"inside", "outside"};
    static constexpr std::array kLabels = {"inside", "outside"};
};
template <> struct Words<MaskRange::Drop>
{
    static constexpr std::array kAll = {"below", "above", "outside", "inside"};
    static constexpr std::array kLabels = {"below the low one", "above the high one", "outside the two",
                                           "between the two"};
};
template <> struct Words<KeepIslands::Keep>
{
    static constexpr std::array kAll = {"all", "central", "largest"};
    static constexpr std::array kLabels = {"all islands", "those at the centre", "the largest"};
};
template <> struct Words<ScaleIslands::Curve>
{
    static constexpr std::array kAll = {"log", "sqrt", "linear"};
    static constexpr std::array kLabels = {"logarithm", "square root", "linear"};
};
template <> struct Words<Normalise::To>
{
    static constexpr std::array kAll = {"maximum", "minmax", "percentile"};
    static constexpr std::array kLabels = {"maximum to 1", "minimum to 0, maximum to 1", "percentile to 1"};
};
template <> struct Words<Stretch::Curve>
{
    static constexpr std::array kAll = {"sqrt", "asinh", "log"};
    static constexpr std::array kLabels = {"square root", "asinh", "logarithm"};
};

/// What there is to say of a parameter besides its value.
struct About
{
    std::string_view name;
    std::string_view label;
    std::string_view unit;
    std::string_view help;
    double low = 0.0;
    double high = 0.0;
    bool isRelevant = true;
    bool isOmittedWhenInitial = false;
};

// Operations, each with its word, label and help.
template <class Operation> struct Named;
template <> struct Named<Cutout>
{
    static constexpr OperationInfo kInfo = {"cutout", "Cut out", "The central square of each image.", true};
};
template <> struct Named<FillNan>
{
    static constexpr OperationInfo kInfo = {"fill_nan", "Fill empty pixels",
                                            "Gives pixels without a value (NaN, BLANK) one."};
};
template <> struct Named<SubtractBackground>
{
    static constexpr OperationInfo kInfo = {"background", "Subtract background",
                                            "Subtracts median, plane or a mesh (as SExtractor does)."};
};
template <> struct Named<ClipNoise>
{
    static constexpr OperationInfo kInfo = {"clip_noise", "Clip noise",
                                            "Subtracts the median; values below a multiple of the noise "
                                            "become zero."};
};
template <> struct Named<ClipPercentiles>
{
    static constexpr OperationInfo kInfo = {"clip_percentiles", "Clip to percentiles",
                                            "Values beyond two percentiles become those."};
};
template <> struct Named<MaskCircle>
{
    static constexpr OperationInfo kInfo = {"mask_circle", "Mask by a circle",
                                            "Takes away what lies outside (or inside) a circle."};
};
template <> struct Named<MaskRange>
{
    static constexpr OperationInfo kInfo = {
        "mask_range", "Mask by value", "Takes away pixels by their value, or by that of a mask channel."};
};
template <> struct Named<KeepIslands>
{
    static constexpr OperationInfo kInfo = {"keep_islands", "Keep islands",
                                            "Keeps connected pixels above the noise, all or the central "
                                            "source alone; the rest becomes zero."};
};
template <> struct Named<RemoveEdgeSources>
{
    static constexpr OperationInfo kInfo = {"remove_edge_sources", "Remove sources at the edge",
                                            "Takes away sources that the border of the image cuts."};
};
template <> struct Named<ScaleIslands>
{
    static constexpr OperationInfo kInfo = {"scale_islands", "Scale each island",
                                            "Each island of pixels above the noise from 0 to 1 by itself "
                                            "(Galvin et al. 2020); the rest becomes zero."};
};
template <> struct Named<Normalise>
{
    static constexpr OperationInfo kInfo = {"normalise", "Normalise", "Scales each image to a common range."};
};
template <> struct Named<Stretch>
{
    static constexpr OperationInfo kInfo = {"stretch", "Stretch",
                                            "The curve that the map is trained on; how images are drawn is "
                                            "chosen under View."};
};
template <> struct Named<ColourStretch>
{
    static constexpr OperationInfo kInfo = {"colour_stretch", "Colour stretch",
                                            "Asinh of the mean of the channels, so that colours stay "
                                            "(Lupton et al. 2004)."};
};
template <> struct Named<Multiply>
{
    static constexpr OperationInfo kInfo = {"multiply", "Multiply and add",
                                            "Another unit, or the weight of a channel."};
};
template <> struct Named<Taper>
{
    static constexpr OperationInfo kInfo = {"taper", "Fade the rim",
                                            "Fades to zero towards the rim of the disc, alike for every "
                                            "rotation."};
};
template <> struct Named<KeepChannels>
{
    static constexpr OperationInfo kInfo = {"keep_channels", "Keep channels",
                                            "Drops the channels that the step does not name."};
};
template <> struct Named<Resize>
{
    static constexpr OperationInfo kInfo = {"resize", "Resize",
                                            "Area average when shrinking, bicubic when growing.", true};
};

// Parameters. The visitor is called as visitor(About, member).
template <class V> void visitParameters(Cutout &step, V &visit)
{
    visit(About{"side", "Side", "px", "Side of the square that is kept, in the image's own pixels.", 1,
                kLargestSide},
          step.side);
    visit(About{"pad", "Pad smaller images", "",
                "Images smaller than the cutout get empty borders; otherwise they are left out, and listed."},
          step.pad);
}
template <class V> void visitParameters(FillNan &step, V &visit)
{
    visit(About{"with", "With", "", "What pixels without a value become."}, step.with);
}

template <class V, class S> void visitNoise(S &step, V &visit, bool isRelevant = true)
{
    visit(About{"clip_sigma", "Noise within", "sigma",
                "Noise is 1.4826 times the median absolute deviation of the pixels within this many sigma.",
                0.5, 1000, isRelevant},
          step.clipSigma);
    visit(About{"iterations", "Rounds", "", "How often the noise is measured again without outliers.", 1, 100,
                isRelevant},
          step.iterations);
}
template <class V> void visitParameters(SubtractBackground &step, V &visit)
{
    visit(About{"kind", "Kind", "", "Median, a tilted plane, or a mesh of boxes."}, step.kind);
    visit(About{"box_side", "Box", "px",
                "Side of a box of the mesh. Larger than a source, or it is taken for background.", 4,
                kLargestSide, step.kind == SubtractBackground::Kind::Mesh},
          step.boxSide);
    visitNoise(step, visit);
}
template <class V> void visitParameters(ClipNoise &step, V &visit)
{
    visit(About{"keep_above_sigma", "Zero below", "sigma",
                "Values below the median plus this many times the noise become zero.", -1000, 1000},
          step.keepAboveSigma);
    visitNoise(step, visit);
}
template <class V> void visitParameters(ClipPercentiles &step, V &visit)
{
    visit(About{"low", "Low", "%", "Values below this percentile of the channel become it.", 0, 100},
          step.low);
    visit(About{"high", "High", "%", "Values above this percentile of the channel become it.", 0, 100},
          step.high);
}
template <class V> void visitParameters(MaskCircle &step, V &visit)
{
    visit(About{"radius", "Radius", "px", "0: half the shorter side, the largest disc.", 0, kLargestSide},
          step.radius);
    visit(About{"keep", "Keep", "", "What lies inside or outside the circle."}, step.keep);
    visit(About{"to", "The rest becomes", "", "What masked pixels become."}, step.to);
}
template <class V> void visitParameters(MaskRange &step, V &visit)
{
    using Drop = MaskRange::Drop;
    visit(About{"drop", "Mask values", "", "Which values are masked."}, step.drop);
    visit(About{"low", "Low", "", "In the unit of the image.", -kLargestValue, kLargestValue,
                step.drop != Drop::Above},
          step.low);
    visit(About{"high", "High", "", "In the unit of the image.", -kLargestValue, kLargestValue,
                step.drop != Drop::Below},
          step.high);
    visit(About{"by_channel", "By channel", "",
                "0: each channel by its own values. Otherwise the values of this channel (a mask or weight "
                "image) decide for all; where it is empty, pixels are masked too.",
                0, 16},
          step.byChannel);
    visit(
        About{"grow", "Grow by", "px", "Pixels within this distance of a masked one are masked too.", 0, 64},
        step.grow);
    visit(About{"to", "They become", "", "What masked pixels become."}, step.to);
}

template <class V, class S> void visitThreshold(S &step, V &visit)
{
    visit(About{"above_sigma", "Above", "sigma",
                "Islands are connected pixels above the median plus this many times the noise.", 0, 1000},
          step.aboveSigma);
}
template <class V, class S> void visitMinimum(S &step, V &visit)
{
    visit(About{"minimum_pixels", "At least", "px", "Islands of fewer pixels are noise.", 1, 1000000},
          step.minimumPixels);
}
template <class V> void visitParameters(KeepIslands &step, V &visit)
{
    visitThreshold(step, visit);
    visit(About{"keep", "Keep", "", "Which islands are kept."}, step.keep);
    visit(About{"centre_radius", "Centre within", "px",
                "An island is at the centre if one of its pixels is within this distance of it. The two "
                "lobes of a radio galaxy may need more.",
                0, kLargestSide, step.keep == KeepIslands::Keep::Central},
          step.centreRadius);
    visitMinimum(step, visit);
    visit(About{"grow", "Grow by", "px", "Pixels within this distance of a kept one are kept too.", 0, 64},
          step.grow);
    visitNoise(step, visit);
}
template <class V> void visitParameters(RemoveEdgeSources &step, V &visit)
{
    visitThreshold(step, visit);
    visit(About{"centre_radius", "Spare within", "px",
                "An island with a pixel within this distance of the centre is the source itself, and stays.",
                0, kLargestSide},
          step.centreRadius);
    visitMinimum(step, visit);
    visit(About{"grow", "Grow by", "px", "Pixels within this distance of a removed one go too.", 0, 64},
          step.grow);
    visit(About{"to", "They become", "", "What removed pixels become."}, step.to);
    visitNoise(step, visit);
}
template <class V> void visitParameters(ScaleIslands &step, V &visit)
{
    visitThreshold(step, visit);
    visit(About{"curve", "Curve", "", "Applied to value minus median, before each island is scaled."},
          step.curve);
    visitMinimum(step, visit);
    visitNoise(step, visit);
}
template <class V> void visitParameters(Normalise &step, V &visit)
{
    visit(About{"to", "Scale", "", "What becomes 0 and 1."}, step.to);
    visit(About{"percentile", "Percentile", "%", "This becomes 1, (100 - percentile) becomes 0.", 50, 100,
                step.to == Normalise::To::Percentile},
          step.percentile);
    visit(About{"together", "All channels by one scale", "", "Keeps colours.", 0, 0, true, true},
          step.together);
}
template <class V> void visitParameters(Stretch &step, V &visit)
{
    visit(About{"curve", "Curve", "", "Odd: negative values keep their sign."}, step.curve);
    visit(About{"softening", "Softening", "", "asinh(x / softening): linear below, logarithmic above it.",
                1e-9, 1e9, step.curve == Stretch::Curve::Asinh},
          step.softening);
    visit(About{"scale", "Scale", "", "log(1 + scale x).", 1e-9, 1e12, step.curve == Stretch::Curve::Log},
          step.scale);
}
template <class V> void visitParameters(ColourStretch &step, V &visit)
{
    visit(About{"softening", "Softening", "", "Linear below, logarithmic above this mean of the channels.",
                1e-9, 1e9},
          step.softening);
}
template <class V> void visitParameters(Multiply &step, V &visit)
{
    visit(About{"factor", "Times", "", "Multiplied with each value.", -kLargestValue, kLargestValue},
          step.factor);
    visit(About{"add", "Plus", "", "Added after that.", -kLargestValue, kLargestValue}, step.add);
}
template <class V> void visitParameters(Taper &step, V &visit)
{
    visit(
        About{"inner", "From", "of the radius", "Where the fading begins; 0 is the centre, 1 the rim.", 0, 1},
        step.inner);
}
template <class V> void visitParameters(KeepChannels & /*step*/, V & /*visit*/) {}
template <class V> void visitParameters(Resize &step, V &visit)
{
    visit(
        About{"side", "Side", "px", "Side of the prepared image. A map trains fast at 64.", 1, kLargestSide},
        step.side);
}

} // namespace somnium::prepare
