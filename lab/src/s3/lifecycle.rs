//! Lifecycle rules on the wire: kept and told, never carried out, since nobody waits for days at a lab.

use s3s::dto::{
    BucketLifecycleConfiguration, DeleteBucketLifecycleInput, DeleteBucketLifecycleOutput,
    GetBucketLifecycleConfigurationInput, GetBucketLifecycleConfigurationOutput, PutBucketLifecycleConfigurationInput,
    PutBucketLifecycleConfigurationOutput,
};
use s3s::xml::{Deserialize as _, Deserializer, Serialize as _, Serializer};
use s3s::{S3Result, s3_error};

use super::S3;

impl S3 {
    pub(super) async fn lifecycle(
        &self,
        input: GetBucketLifecycleConfigurationInput,
    ) -> S3Result<GetBucketLifecycleConfigurationOutput> {
        let xml = self.with_store(move |store| store.lifecycle(&input.bucket)).await?;
        let xml =
            xml.ok_or_else(|| s3_error!(NoSuchLifecycleConfiguration, "The lifecycle configuration does not exist"))?;
        let kept = BucketLifecycleConfiguration::deserialize(&mut Deserializer::new(xml.as_bytes()))
            .map_err(|_| s3_error!(InternalError))?;
        Ok(GetBucketLifecycleConfigurationOutput {
            rules: Some(kept.rules),
            ..GetBucketLifecycleConfigurationOutput::default()
        })
    }

    pub(super) async fn change_lifecycle(
        &self,
        input: PutBucketLifecycleConfigurationInput,
    ) -> S3Result<PutBucketLifecycleConfigurationOutput> {
        let asked = input.lifecycle_configuration.filter(|asked| !asked.rules.is_empty());
        let asked = asked.ok_or_else(|| s3_error!(MalformedXML))?;
        let mut xml = Vec::new();
        asked.serialize(&mut Serializer::new(&mut xml)).map_err(|_| s3_error!(InternalError))?;
        let xml = String::from_utf8(xml).map_err(|_| s3_error!(InternalError))?;
        self.with_store(move |store| store.set_lifecycle(&input.bucket, Some(&xml))).await?;
        Ok(PutBucketLifecycleConfigurationOutput::default())
    }

    pub(super) async fn remove_lifecycle(
        &self,
        input: DeleteBucketLifecycleInput,
    ) -> S3Result<DeleteBucketLifecycleOutput> {
        self.with_store(move |store| store.set_lifecycle(&input.bucket, None)).await?;
        Ok(DeleteBucketLifecycleOutput {})
    }
}
