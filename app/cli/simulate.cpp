// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"
#include "core/simulate/radio.h"
#include "core/simulate/spectra.h"

namespace somnium::cli
{

namespace
{

struct Options
{
    simulate::RadioSurveyParams survey;
    std::filesystem::path folder;
    bool asTar = false;
};

Result<void> run(const Options &options, Console &console)
{
    const auto written =
        simulate::writeRadioSurvey(options.survey, options.folder, options.asTar, console.job());
    if (!written)
        return written;
    console.print("simulated " + std::to_string(options.survey.count) + " radio galaxies in " +
                      options.folder.string() + "; truth in truth.fits",
                  {{"count", options.survey.count},
                   {"size", options.survey.side},
                   {"seed", options.survey.seed},
                   {"odd", options.survey.odd},
                   {"folder", options.folder.string()},
                   {"truth", (options.folder / "truth.fits").string()}});
    return {};
}

struct SpectraOptions
{
    simulate::SpectraParams survey;
    std::filesystem::path folder;
    bool asFiles = false;
};

Result<void> runSpectra(const SpectraOptions &options, Console &console)
{
    const simulate::SpectraFormat format =
        options.asFiles ? simulate::SpectraFormat::Files : simulate::SpectraFormat::Tables;
    if (auto written = simulate::writeSpectra(options.survey, options.folder, format, console.job());
        !written)
        return written;
    console.print("simulated " + std::to_string(options.survey.count) + " spectra of " +
                      std::to_string(options.survey.pixels) + " pixels in " + options.folder.string() +
                      "; truth in truth.fits",
                  {{"count", options.survey.count},
                   {"pixels", options.survey.pixels},
                   {"seed", options.survey.seed},
                   {"folder", options.folder.string()},
                   {"truth", (options.folder / "truth.fits").string()}});
    return {};
}

void addSpectra(CLI::App &simulate, Action &action)
{
    CLI::App *verb = simulate.add_subcommand(
        "spectra", "Stars of a population: Planck continuum, lines by temperature, gravity and metallicity; "
                   "noise, masks; mass and temperature in the truth");
    auto options = std::make_shared<SpectraOptions>();
    simulate::SpectraParams &survey = options->survey;
    verb->add_option("--count", survey.count, "Number of spectra")->capture_default_str();
    verb->add_option("--pixels", survey.pixels, "Pixels of each")
        ->capture_default_str()
        ->check(CLI::Range(16, 1 << 20));
    verb->add_option("--seed", survey.seed, "The same seed gives the same spectra")->capture_default_str();
    verb->add_option("--first", survey.firstAngstrom, "Wavelength of the first pixel, vacuum [Angstrom]")
        ->capture_default_str();
    verb->add_option("--last", survey.lastAngstrom, "Wavelength of the last pixel [Angstrom]")
        ->capture_default_str();
    verb->add_option("--min-snr", survey.minSnr, "Lowest median signal-to-noise per pixel")
        ->capture_default_str();
    verb->add_option("--max-snr", survey.maxSnr, "Highest")->capture_default_str();
    verb->add_option("--odd", survey.oddShare,
                     "Share of odd ones: emission, blends, carbon, bad sky; column odd of the truth")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    verb->add_option("--out", options->folder, "Folder for spectra and truth.fits; made if missing")
        ->required();
    verb->add_flag("--files", options->asFiles, "A file each, instead of tables of 10,000");
    verb->callback([&action, options] {
        action = [options](Console &console) { return runSpectra(*options, console); };
    });
}

} // namespace

void addSimulate(CLI::App &app, Action &action)
{
    CLI::App *simulate = app.add_subcommand("simulate", "Make a simulated survey with a truth catalogue");
    simulate->require_subcommand(1);
    addSpectra(*simulate, action);
    CLI::App *radio = simulate->add_subcommand(
        "radio", "Radio galaxies: FR I, FR II, bent, X-shaped, compact, one-sided, ring; beam, noise, WCS");
    auto options = std::make_shared<Options>();
    simulate::RadioSurveyParams &survey = options->survey;
    radio->add_option("--count", survey.count, "Number of sources")->capture_default_str();
    radio->add_option("--size", survey.side, "Side of an image [pixels]")
        ->capture_default_str()
        ->check(CLI::Range(16, 4096));
    radio->add_option("--seed", survey.seed, "The same seed gives the same survey")->capture_default_str();
    radio->add_option("--pixel", survey.pixelArcsec, "Side of a pixel [arcsec]")->capture_default_str();
    radio->add_option("--beam", survey.beamArcsec, "FWHM of the beam [arcsec]")->capture_default_str();
    radio->add_option("--noise", survey.noiseMjyBeam, "Noise [mJy/beam]")->capture_default_str();
    radio
        ->add_option("--odd", survey.odd,
                     "So many of them are odd: double-doubles, spirals, arcs, quads; column odd of the truth")
        ->capture_default_str();
    radio->add_option("--out", options->folder, "Folder for images and truth.fits; made if missing")
        ->required();
    radio->add_flag("--tar", options->asTar, "All images in one tar file");
    radio->callback(
        [&action, options] { action = [options](Console &console) { return run(*options, console); }; });
}

} // namespace somnium::cli
